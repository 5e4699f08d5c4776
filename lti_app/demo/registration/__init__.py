"""How a tool becomes known here: developer keys by JSON, apps by client id, dynamic registration."""
