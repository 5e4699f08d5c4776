"""The security half of LTI 1.3 on the platform's side: keys, launches, claims, access tokens."""
