"""`python -m webapp` is the same as `avklart`."""

from webapp.cli import main

if __name__ == "__main__":
    main()
