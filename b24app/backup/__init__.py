"""The copy (backup) of a portal: settings, data, files, sealed, kept outside, proven, and put back."""
