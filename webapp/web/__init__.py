"""The web glue under every room: tenancy, languages, access, pages, headers, errors, the page cache."""
