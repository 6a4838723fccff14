"""What can be done, one service per noun; each change travels the road, each person's action asks the permission table."""
