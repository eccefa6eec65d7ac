"""The wing of joint procurement: purchase requests → bundle → tender → bids → award → contract → call-off."""
