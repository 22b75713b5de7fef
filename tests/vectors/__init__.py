"""Examples that programs in other languages must agree with."""
