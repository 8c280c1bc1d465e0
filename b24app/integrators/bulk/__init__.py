"""Dates of many clients, read from a file or asked for; what a work does with one client and how it is put back."""
