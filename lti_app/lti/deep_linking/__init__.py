"""Requests for content, and the signed answers to them."""
