"""The whole record of a member or an employer for officers: with a reason, masked, by role (`permissions.SECTIONS`)."""
