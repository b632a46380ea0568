"""Road links with their traffic by vehicle class: daily volume, speed, length or geometry."""
