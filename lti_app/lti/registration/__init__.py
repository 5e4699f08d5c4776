"""How platforms get to know the tool: dynamic registration, Canvas's JSON, invitations."""
