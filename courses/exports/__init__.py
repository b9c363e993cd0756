"""What leaves the portal about courses: for search engines, feed readers, calendars, other sites and spreadsheets."""
