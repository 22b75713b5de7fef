"""The rooms of this process while people are in them."""
