"""The platform's gradebook (1EdTech Assignment and Grade Services 2.0)."""
