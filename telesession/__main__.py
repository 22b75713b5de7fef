"""`python -m telesession`: the same as the command `telesession`."""

from telesession.cli.commands import main

if __name__ == "__main__":
    main()
