//! Keys of several fields, and keys that are relations.

use super::world;
use mikro_orm::prelude::*;

world!(Devices: Device, Channel, DeviceChannel);
world!(Owners: Owner, OwnerDetail);
world!(QueueNumbers: QueueNumber);
world!(Shipments: Shipment, ShipmentEvent, Seal, Attachment, Postage);

#[derive(Entity)]
pub struct Device {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = device, orphan_removal)]
    pub links: Collection<DeviceChannel>,
}

#[derive(Entity)]
pub struct Channel {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = channel, orphan_removal)]
    pub links: Collection<DeviceChannel>,
}

/// Between both: its key is both relations.
#[derive(Entity)]
pub struct DeviceChannel {
    #[orm(primary)]
    pub device: Ref<Device>,
    #[orm(primary)]
    pub channel: Ref<Channel>,
    #[orm(default = 0)]
    pub last_time: i64,
}

#[derive(Entity)]
pub struct Owner {
    #[orm(primary)]
    pub id1: i64,
    #[orm(primary)]
    pub id2: i64,
    pub name: String,
}

/// Its key is the key of its owner, which is two columns.
#[derive(Entity)]
pub struct OwnerDetail {
    #[orm(primary)]
    pub owner: Ref<Owner>,
    pub name: String,
}

#[derive(Entity)]
pub struct Shipment {
    #[orm(primary)]
    pub region: String,
    #[orm(primary)]
    pub year: i32,
    #[orm(primary)]
    pub number: i64,
    pub status: Option<String>,
    #[orm(mapped_by = shipment)]
    pub events: Collection<ShipmentEvent>,
    #[orm(mapped_by = shipment, orphan_removal)]
    pub seals: Collection<Seal>,
}

/// Belongs to its shipment.
#[derive(Entity)]
pub struct Seal {
    #[orm(primary)]
    pub id: i64,
    #[orm(primary)]
    pub shipment: Ref<Shipment>,
}

/// A key with a key of three columns in it.
#[derive(Entity)]
pub struct ShipmentEvent {
    #[orm(primary)]
    pub id: i64,
    #[orm(primary)]
    pub shipment: Ref<Shipment>,
    pub what: String,
}

/// A part of its key is the database's to give.
#[derive(Entity)]
pub struct QueueNumber {
    #[orm(primary)]
    pub desk: i64,
    #[orm(primary, default_raw = "6 * 7")]
    pub number: i64,
    pub holder: String,
    pub before: Option<Ref<QueueNumber>>,
}

/// Refers to a key of four columns, or to nothing.
#[derive(Entity)]
pub struct Attachment {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    pub event: Option<Ref<ShipmentEvent>>,
    #[orm(join_columns("of_region", "of_year", "of_number"))]
    pub shipment: Option<Ref<Shipment>>,
}

/// One for each attachment: the key is the relation.
#[derive(Entity)]
pub struct Postage {
    #[orm(primary, one_to_one)]
    pub attachment: Ref<Attachment>,
    pub total: i64,
}
