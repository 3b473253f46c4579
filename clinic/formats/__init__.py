"""How days and times are written in the admin, and read wherever they are typed; pages have words of their own."""
