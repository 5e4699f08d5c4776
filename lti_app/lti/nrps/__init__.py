"""Who is in a course (1EdTech Names and Role Provisioning Services 2.0)."""
