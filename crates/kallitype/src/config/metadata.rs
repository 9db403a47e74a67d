use clap::{ArgAction, Args};

/// What becomes of what files say.
#[derive(Debug, Clone, Args)]
pub struct MetadataOptions {
    /// Whether faces that files and sidecars name become people: true or false [default: false]
    #[arg(long, env = "KALLITYPE_IMPORT_FACES", action = ArgAction::Set)]
    pub import_faces: Option<bool>,
}
