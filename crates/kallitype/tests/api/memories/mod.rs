//! Memories: made by hand, and by the server of the same day in earlier years.

mod by_hand;
mod on_this_day;
