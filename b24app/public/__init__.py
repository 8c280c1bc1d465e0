"""Pages and feeds outside the portal: signed links, status page, calendar feed, events, legal texts."""
