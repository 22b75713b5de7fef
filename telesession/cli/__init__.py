"""The command `telesession`: a file for each family of commands, read when it is asked for."""
