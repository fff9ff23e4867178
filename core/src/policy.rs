//! When a service backs up and how long it keeps what it took: schedules and retention as terms.
//!
//! Nothing here knows a resource or a clock: an instant goes in, an instant comes out. What the pages say of
//! policies (page 003, "Supported backup actions" and "Backup frequency and retention"; page 004,
//! "Limitations") stands in [`BackupPolicy::check`].

mod calendar;
mod retention;
mod schedule;
mod terms;

pub use calendar::KeptDay;
pub use retention::{
    Kept, MonthDay, MonthlyRetention, RetentionRule, WeeklyRetention, YearlyRetention,
};
pub use schedule::{Schedule, ScheduleFrequency};
pub(crate) use terms::MOST_POINTS;
pub use terms::{BackupPolicy, BackupService, PolicyError, PolicyType};
