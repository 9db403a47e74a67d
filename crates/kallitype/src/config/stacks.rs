use clap::{Args, ValueEnum};

/// What is stacked without being asked.
#[derive(Debug, Clone, Args)]
pub struct StackOptions {
    /// Which pictures are stacked by themselves: raw files with what the camera made of them (raw-jpeg), bursts, and edited
    /// pictures with their originals (edited)
    #[arg(long, env = "KALLITYPE_AUTO_STACK", value_enum, value_delimiter = ',')]
    pub auto_stack: Vec<StackRule>,
}

/// Why pictures belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum StackRule {
    RawJpeg,
    Bursts,
    Edited,
}

impl StackRule {
    fn name(self) -> &'static str {
        match self {
            Self::RawJpeg => "raw-jpeg",
            Self::Bursts => "bursts",
            Self::Edited => "edited",
        }
    }
}

impl StackOptions {
    /// All rules as one text, whatever their order.
    pub(crate) fn rules_text(&self) -> String {
        let mut rules = self.auto_stack.clone();
        rules.sort_unstable();
        rules.dedup();
        let names: Vec<&str> = rules.into_iter().map(StackRule::name).collect();
        names.join(",")
    }
}
