"""The certificate as an Open Badges 3.0 credential: made, signed, kept, revoked; keys and status lists.

`service` has the verbs of issuing: `prepare` (a short transaction), `make` (none), `record`, `revoke`. What
it says is in `credential`, how it is signed in `proof`, by whom in `keys` and `did`. Why so:
docs/decisions/018.
Source: Open Badges 3.0 (1EdTech), Verifiable Credentials Data Model 2.0 and its family (W3C).
"""
