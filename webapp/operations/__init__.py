"""Operations: backups and restores, what is wrong and how to mend it, what is measured."""
