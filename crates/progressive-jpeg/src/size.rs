/// Width and height, of whatever is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// How many there are.
    pub fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}
