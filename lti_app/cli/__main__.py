"""`python -m lti_app.cli`, which is how the demo starts its parts."""

from lti_app.cli import main

main()
