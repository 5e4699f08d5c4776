"""The certificate as an Open Badges 3.0 credential: made, signed, kept, revoked; keys and status lists.

Issuing goes `service.prepare` (a short transaction), `signing.make` (none), `service.record`; later perhaps
`service.revoke`. What a credential says is in `credential`, how it is signed in `proof`, by whom in `keys`
and `did`. Why so: docs/decisions/018.
Source: Open Badges 3.0 (1EdTech), Verifiable Credentials Data Model 2.0 and its family (W3C).
"""
