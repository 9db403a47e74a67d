use uuid::Uuid;

use kallitype_db::row;
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

wire_enum! {
    /// What a memory is about.
    pub enum MemoryType as "MemoryType" {
        OnThisDay = "on_this_day",
    }
}

row! {
    /// A memory, without its assets.
    #[derive(Debug, Clone)]
    pub(crate) struct Memory {
        pub id: Uuid,
        pub owner_id: Uuid,
        pub kind: MemoryType = "type",
        pub year: i64,
        pub is_saved: bool,
        pub memory_at: Time,
        pub seen_at: Option<Time>,
        pub show_at: Option<Time>,
        pub hide_at: Option<Time>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

/// A memory to be made. Times are microseconds UTC.
#[derive(Debug, Clone)]
pub(crate) struct NewMemory {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub kind: MemoryType,
    pub year: i64,
    pub is_saved: bool,
    /// Whether someone made it, and not the server by itself.
    pub is_kept: bool,
    pub memory_at: i64,
    pub seen_at: Option<i64>,
    pub show_at: Option<i64>,
    pub hide_at: Option<i64>,
    pub created_at: i64,
}

/// Which memories are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MemoryFilter {
    pub kind: Option<MemoryType>,
    pub is_saved: Option<bool>,
    /// A moment at which they are shown.
    pub shown_at: Option<i64>,
}

/// What changes of a memory.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MemoryChanges {
    pub is_saved: Option<bool>,
    pub memory_at: Option<i64>,
    pub seen_at: Option<i64>,
}
