"""What enters from outside of every portal: sessions of people, one-time links, keys of the API."""
