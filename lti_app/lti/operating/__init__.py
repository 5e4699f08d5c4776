"""The operator's pages about platforms, deployments, invitations and coordinators, under /admin/."""
