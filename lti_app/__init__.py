"""The Certificate of International Merits as an LTI 1.3 tool: see docs/tour.md."""
