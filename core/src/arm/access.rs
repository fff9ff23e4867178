//! Access to disk restore points, disks and snapshots through addresses.

use super::body::Object;
use super::call::{Call, Handled, at, missing};
use super::error::Failure;
use super::{disks, points, snapshots};
use crate::cloud::{Command, GrantAccess, RevokeAccess};
use crate::ids::ResourceId;

/// What the path names: its id and its region.
type Named = Result<(ResourceId, String), Failure>;

fn point(call: &Call<'_>) -> Named {
    points::find_disk(call).map(|(point, disk)| (disk.id.clone(), point.location.clone()))
}

fn grant(call: &mut Call<'_>, named: Named) -> Handled {
    let (id, location) = named?;
    call.needs("access")?;
    let seconds = call.number("durationInSeconds")?;
    let place = call.carry_out(Command::GrantAccess(GrantAccess {
        disk_restore_point: id.to_string(),
        restore_point: None,
        duration_seconds: seconds.ok_or_else(|| missing("durationInSeconds"))?,
    }))?;
    Ok(disks::begun(call, 202, None, place, &location))
}

fn revoke(call: &mut Call<'_>, named: Named) -> Handled {
    let (id, location) = named?;
    if call
        .cloud()
        .find_disk_restore_point(id.as_str(), None, "")
        .is_err()
    {
        // Nothing was given: there is nothing to end.
        return Ok(super::http::Answer::empty(200));
    }
    let place = call.carry_out(Command::RevokeAccess(RevokeAccess {
        disk_restore_point: id.to_string(),
        restore_point: None,
    }))?;
    Ok(disks::begun(call, 202, None, place, &location))
}

pub(super) fn grant_point(call: &mut Call<'_>) -> Handled {
    let named = point(call);
    grant(call, named)
}

pub(super) fn revoke_point(call: &mut Call<'_>) -> Handled {
    let named = point(call);
    revoke(call, named)
}

pub(super) fn grant_disk(call: &mut Call<'_>) -> Handled {
    let named = disks::named(call);
    grant(call, named)
}

pub(super) fn revoke_disk(call: &mut Call<'_>) -> Handled {
    let named = disks::named(call);
    revoke(call, named)
}

pub(super) fn grant_snapshot(call: &mut Call<'_>) -> Handled {
    let named = snapshots::named(call);
    if let Ok((id, _)) = &named {
        let kept = call.cloud().kept(id);
        let policy = kept.and_then(|kept| at(kept, "properties.networkAccessPolicy"));
        if policy.and_then(serde_json::Value::as_str) == Some("DenyAll") {
            let message = format!(
                "The network access policy of '{}' is DenyAll; nobody reads it by an address.",
                id.name()
            );
            return Err(Failure::new(409, "OperationNotAllowed", message));
        }
    }
    grant(call, named)
}

pub(super) fn revoke_snapshot(call: &mut Call<'_>) -> Handled {
    let named = snapshots::named(call);
    revoke(call, named)
}

/// `{ accessSAS }` of what was granted, while it is.
pub(super) fn output(call: &Call<'_>, id: &ResourceId) -> Option<String> {
    let cloud = call.cloud();
    let (_, disk) = cloud.find_disk_restore_point(id.as_str(), None, "").ok()?;
    let grant = disk.access.as_ref()?;
    let mut body = Object::default();
    body.text("accessSAS", cloud.address(id, &grant.id));
    Some(body.print(None))
}
