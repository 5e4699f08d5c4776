"""From a login to an open launch session."""
