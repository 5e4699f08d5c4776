"""How the tool's pages look in a platform's frame: locale, zone, contrast, colours."""
