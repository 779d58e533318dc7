"""An experiment made into something that runs elsewhere: the predictive experiment, the package."""
