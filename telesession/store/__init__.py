"""What is kept: SQLAlchemy Core in the caller's transaction, Structs out, never rows."""
