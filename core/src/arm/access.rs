//! Access to disk restore points through addresses.

use super::body::Object;
use super::call::{Call, Handled, missing, wrong};
use super::operation::Work;
use super::points;
use crate::cloud::{Command, GrantAccess, RevokeAccess};
use crate::ids::ResourceId;

pub(super) fn grant_point(call: &mut Call<'_>) -> Handled {
    let seconds = duration(call)?;
    let (point, disk) = points::find_disk(call)?;
    let (id, location) = (disk.id.to_string(), point.location.clone());
    let place = call.carry_out(Command::GrantAccess(GrantAccess {
        disk_restore_point: id,
        restore_point: None,
        duration_seconds: seconds,
    }))?;
    let work = Work {
        place,
        location,
        of_disks: true,
        monitored: true,
    };
    Ok(call.begun(202, None, work))
}

/// How long a grant lasts; what else it asks for is checked.
fn duration(call: &Call<'_>) -> Result<u64, super::error::Failure> {
    match call.needs("access")? {
        word if ["Read", "None", "Write"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word)) => {}
        _ => return Err(wrong("access", "one of None, Read, Write")),
    }
    if let Some(format) = call.text("fileFormat")?
        && !["VHD", "VHDX"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(format))
    {
        return Err(wrong("fileFormat", "one of VHD, VHDX"));
    }
    call.number("durationInSeconds")?
        .ok_or_else(|| missing("durationInSeconds"))
}

pub(super) fn revoke_point(call: &mut Call<'_>) -> Handled {
    let (point, disk) = points::find_disk(call)?;
    let (id, location) = (disk.id.to_string(), point.location.clone());
    let place = call.carry_out(Command::RevokeAccess(RevokeAccess {
        disk_restore_point: id,
        restore_point: None,
    }))?;
    let work = Work {
        place,
        location,
        of_disks: true,
        monitored: true,
    };
    Ok(call.begun(202, None, work))
}

/// `{ accessSAS }` of what was granted, while it is.
pub(super) fn output(call: &Call<'_>, id: &ResourceId) -> Option<String> {
    let cloud = call.cloud();
    let point = cloud.restore_points().get(&id.parent()?)?;
    let disk = point.disks.iter().find(|disk| disk.id == *id)?;
    let grant = disk.access.as_ref()?;
    let mut body = Object::default();
    body.text("accessSAS", cloud.address(id, &grant.id));
    Some(body.print(None))
}
