"""Entry point of the command line."""

from tongyuan.cli import main

if __name__ == "__main__":
    main()
