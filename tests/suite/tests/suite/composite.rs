//! Keys of several fields, and keys that are relations.

use super::entities::*;
use super::harness::World;

/// Devices 1 and 2, channels 1 and 2, and links of device 2 with both.
async fn linked(t: &Test<Devices>) -> Result<()> {
    let em = t.em();
    let [_, two] = ["one", "two"].map(|name| em.create(Device::builder().name(name)));
    let channels = ["news", "music"].map(|name| em.create(Channel::builder().name(name)));
    for channel in &channels {
        em.create(DeviceChannel::builder().device(&two).channel(channel));
    }
    em.flush().await?;
    t.forget();
    Ok(())
}

/// The updates that were sent, without quotes around names.
fn updates<W: World>(t: &Test<W>) -> Vec<String> {
    let updates = t.sent().into_iter().filter(|sql| sql.starts_with("update"));
    updates.map(|sql| sql.replace(['`', '"'], "")).collect()
}

suite! {
    /// spec: Y195, Y196, U04, U05
    async fn keys_of_new_entities_are_known_once_what_they_refer_to_is_stored(t: &Test<Devices>) {
        let em = t.em();
        let device = em.create(Device::builder().name("phone"));
        let channel = em.create(Channel::builder().name("news"));
        let link = em.create(DeviceChannel::builder().device(&device).channel(&channel).last_time(7));
        assert_eq!(link.id(), None);
        em.flush().await?;
        t.expect(5);
        assert_eq!(link.id(), Some((1, 1)));
        // from now on it is found by its key
        assert!(em.find_one_or_fail::<DeviceChannel>((1, 1)).await?.is_same(&link));
        assert!(em.reference::<DeviceChannel>((1, 1)).get()?.is_same(&link));
        t.expect(0);

        let em = t.em();
        let found = em.find_one_or_fail::<DeviceChannel>((1, 1)).await?;
        assert_eq!((found.last_time, found.device.id(), found.channel.id()), (7, Some(1), Some(1)));
        t.expect(1);
        assert!(em.find_one::<DeviceChannel>((1, 2)).await?.is_none());
    }

    /// spec: Y195, U55, U56
    async fn a_link_is_updated_by_both_columns_of_its_key(t: &Test<Devices>) {
        linked(t).await?;
        let time = |n: i64| 1_700_000_000_000 + n;
        let strategies = [Strategy::Joined, Strategy::Balanced, Strategy::SelectIn];
        let ways = strategies.into_iter().flat_map(|strategy| (0..3).map(move |nested| (strategy, nested)));
        for ((strategy, nested), n) in ways.zip(1..) {
            let em = t.em();
            let found = em.find_one::<Channel>(1).strategy(strategy);
            match nested {
                0 => drop(found.populate(Channel::links).await?),
                1 => drop(found.populate(Channel::links.with((DeviceChannel::device, DeviceChannel::channel))).await?),
                _ => drop(found.populate(Channel::links.with(DeviceChannel::device)).await?),
            }
            let channel = em.find_one_or_fail::<Channel>(1).await?;
            let links = channel.links.get()?;
            assert_eq!(links.len(), 1);
            links.iter().next().unwrap().edit().last_time = time(n);
            t.forget();
            em.flush().await?;
            let sent: Vec<_> = t.sent().iter().map(|sql| sql.replace(['`', '"'], "")).collect();
            let update = format!("update device_channel set last_time = {} where device_id = 2 and channel_id = 1", time(n));
            assert_eq!(sent, ["begin", &update, "commit"]);
        }
    }

    /// spec: U57
    async fn many_rows_with_a_key_of_two_columns_are_updated_at_once(t: &Test<Owners>) {
        let em = t.em();
        let details: Vec<_> = [(1, 10), (2, 20), (3, 30)]
            .into_iter()
            .map(|(a, b)| {
                let owner = em.create(Owner::builder().id1(a).id2(b).name("o"));
                em.create(OwnerDetail::builder().owner(&owner).name("d"))
            })
            .collect();
        assert_eq!(details[1].id(), Some((2, 20)));
        em.flush().await?;
        t.expect(4);
        details[0].edit().name = "first".into();
        details[1].edit().name = "second".into();
        em.flush().await?;
        t.expect(3);
        details[0].edit().name = "again".into();
        em.flush().await?;
        assert_eq!(updates(t), ["update owner_detail set name = 'again' where owner_id1 = 1 and owner_id2 = 10"]);
        assert_eq!(t.text("select name from owner_detail where owner_id1 = 1").await.as_deref(), Some("again"));
        assert_eq!(t.text("select name from owner_detail where owner_id1 = 2").await.as_deref(), Some("second"));
        assert_eq!(t.text("select name from owner_detail where owner_id1 = 3").await.as_deref(), Some("d"));
    }

    /// spec: Y196
    async fn a_key_in_a_key_is_flattened_in_the_order_of_columns(t: &Test<Shipments>) {
        let em = t.em();
        let shipment = em.create(Shipment::builder().region("eu").year(2024).number(7));
        let event = em.create(ShipmentEvent::builder().id(1).shipment(&shipment).what("sent"));
        assert_eq!(event.id(), Some((1, ("eu".to_owned(), 2024, 7))));
        let attachment = em.create(Attachment::builder().title("photo").event(&event).shipment(("eu", 2024, 7)));
        em.create(Postage::builder().attachment(&attachment).total(5));
        em.flush().await?;
        t.expect(6);

        let em = t.em();
        let found = em.find_one_or_fail::<Attachment>(1).populate((Attachment::event.with(ShipmentEvent::shipment), Attachment::shipment)).await?;
        t.expect(1);
        let event = found[Attachment::event].as_ref().unwrap();
        assert_eq!(event.what, "sent");
        assert!(event[ShipmentEvent::shipment].is_same(found[Attachment::shipment].as_ref().unwrap()));
        assert_eq!(found.event.as_ref().unwrap().id(), Some((1, ("eu".to_owned(), 2024, 7))));
        assert!(em.find_one_or_fail::<ShipmentEvent>((1, ("eu", 2024, 7))).await?.is_same(event));
        t.expect(0);
        let postage = em.find_one_or_fail::<Postage>(1).await?;
        assert_eq!((postage.id(), postage.total), (Some(1), 5));
        assert!(postage.attachment.get()?.is_same(&found));

        // nothing instead of a key of four columns
        found.edit().event = None;
        em.flush().await?;
        assert_eq!(t.text("select cast(count(*) as text) from attachment where event_id is null and event_shipment_region is null and of_year = 2024").await.as_deref(), Some("1"));
    }

    /// spec: Y197
    async fn conditions_take_keys_as_tuples(t: &Test<Shipments>) {
        let em = t.em();
        for number in 1..=5 {
            let shipment = em.create(Shipment::builder().region("eu").year(2024).number(number));
            for id in 1..=2 {
                let event = em.create(ShipmentEvent::builder().id(id).shipment(&shipment).what(format!("{number}-{id}")));
                em.create(Attachment::builder().title("a").event(&event));
            }
        }
        em.create(Attachment::builder().title("loose"));
        em.flush().await?;
        let em = t.em();
        t.forget();
        let of = |found: &[Loaded<ShipmentEvent>]| {
            let mut whats: Vec<_> = found.iter().map(|event| event.what.clone()).collect();
            whats.sort();
            whats.join(" ")
        };
        assert_eq!(of(&em.find::<ShipmentEvent>().filter((2, ("eu", 2024, 3))).await?), "3-2");
        assert_eq!(of(&em.find::<ShipmentEvent>().filter(ShipmentEvent::shipment.eq(("eu", 2024, 3))).await?), "3-1 3-2");
        let keys = [("eu", 2024, 1), ("eu", 2024, 4), ("us", 2024, 4)];
        assert_eq!(of(&em.find::<ShipmentEvent>().filter(ShipmentEvent::shipment.in_(keys)).await?), "1-1 1-2 4-1 4-2");
        assert_eq!(em.count(!ShipmentEvent::shipment.in_(keys) & ShipmentEvent::id.eq(1)).await?, 3);
        assert_eq!(em.count(ShipmentEvent::shipment.ne(("eu", 2024, 1))).await?, 8);
        assert_eq!(em.count(Attachment::event.is_null()).await?, 1);
        assert_eq!(em.count(Attachment::event.eq((1, ("eu", 2024, 2)))).await?, 1);
        assert_eq!(em.count(Attachment::event.is(ShipmentEvent::shipment.is(Shipment::number.gt(3)))).await?, 4);
        assert_eq!(em.count(Attachment::event.is((1, ("eu", 2024, 2)))).await?, 1);
        assert_eq!(em.count(Shipment::events.some(ShipmentEvent::what.eq("3-2"))).await?, 1);
        assert_eq!(em.count(Shipment::events.none(ShipmentEvent::what.eq("3-2"))).await?, 4);
        assert_eq!(em.count(Shipment::events.every(ShipmentEvent::id.lte(2))).await?, 5);
        assert_eq!(em.count(Shipment::events.size().eq(2)).await?, 5);
        let by_hand = raw("{shipment} = (?, ?, ?)").bind("eu").bind(2024).bind(2);
        assert_eq!(em.count(ShipmentEvent::id.eq(1) & by_hand).await?, 1);
    }

    /// spec: Y195, U61
    async fn rows_are_deleted_by_all_columns_of_their_keys(t: &Test<Shipments>) {
        let em = t.em();
        for number in 1..=3 {
            for region in ["eu", "us"] {
                em.create(Shipment::builder().region(region).year(2024).number(number));
            }
        }
        em.flush().await?;
        let em = t.em();
        t.forget();
        em.remove::<Shipment>(("eu", 2024, 1))?;
        em.remove::<Shipment>(("us", 2024, 2))?;
        em.flush().await?;
        t.expect(3);
        let mut left: Vec<_> = em.find::<Shipment>().await?.iter().map(|s| format!("{}{}", s.region, s.number)).collect();
        left.sort();
        assert_eq!(left.join(" "), "eu2 eu3 us1 us3");
    }

    /// spec: Y195, Y196
    async fn collections_are_found_by_all_columns_of_a_key(t: &Test<Shipments>) {
        let em = t.em();
        for (region, number) in [("eu", 1), ("eu", 2), ("us", 1), ("us", 2)] {
            let events = (1..=2).map(|id| ShipmentEvent::builder().id(id).what(format!("{region}{number}-{id}")));
            em.create(Shipment::builder().region(region).year(2024).number(number).events(events));
        }
        em.flush().await?;
        t.expect(4);
        for strategy in [Strategy::SelectIn, Strategy::Balanced, Strategy::Joined] {
            let em = t.em();
            t.forget();
            let found = em.find::<Shipment>().populate(Shipment::events).strategy(strategy).order_by(Shipment::number.asc()).limit(3).await?;
            t.expect(if strategy == Strategy::Joined { 1 } else { 2 });
            assert_eq!(found.len(), 3);
            for shipment in &found {
                let mut whats: Vec<_> = shipment[Shipment::events].iter().map(|event| event.what.clone()).collect();
                whats.sort();
                assert_eq!(whats, [1, 2].map(|id| format!("{}{}-{id}", shipment.region, shipment.number)));
            }
        }
    }

    /// spec: Y196
    async fn a_rolled_back_flush_takes_keys_back_that_it_learnt(t: &Test<Devices>) {
        let em = t.em();
        let link = em
            .transactional(async |em| {
                let device = em.create(Device::builder().name("phone"));
                let channel = em.create(Channel::builder().name("news"));
                let link = em.create(DeviceChannel::builder().device(&device).channel(&channel));
                em.flush().await?;
                assert_eq!(link.id(), Some((1, 1)));
                Err::<(), _>(Error::invalid("Device", "changed my mind"))
            })
            .await;
        assert!(link.is_err());
        assert!(em.find_one::<DeviceChannel>((1, 1)).await?.is_none());
        let device = em.create(Device::builder().name("phone"));
        let channel = em.create(Channel::builder().name("news"));
        let link = em.create(DeviceChannel::builder().device(&device).channel(&channel));
        assert_eq!(link.id(), None);
        em.flush().await?;
        assert_eq!(link.id(), Some((device.id().unwrap(), channel.id().unwrap())));
    }

    /// spec: Y198, U04
    async fn the_database_can_give_a_part_of_a_key(t: &Test<QueueNumbers>) {
        let em = t.em();
        let ticket = em.create(QueueNumber::builder().desk(1).holder("Jo"));
        let after = em.create(QueueNumber::builder().desk(1).number(43).holder("Al").before(&ticket));
        assert_eq!((ticket.id(), after.id()), (None, Some((1, 43))));
        em.flush().await?;
        t.expect(4);
        assert_eq!((ticket.id(), ticket.number), (Some((1, 42)), 42));
        assert!(em.find_one_or_fail::<QueueNumber>((1, 42)).await?.is_same(&ticket));
        t.expect(0);
        let em = t.em();
        let after = em.find_one_or_fail::<QueueNumber>((1, 43)).populate(QueueNumber::before).await?;
        assert_eq!(after[QueueNumber::before].as_ref().unwrap().holder, "Jo");

        let failed = em
            .transactional(async |em| {
                let ticket = em.create(QueueNumber::builder().desk(2).holder("Eve"));
                em.flush().await?;
                assert_eq!(ticket.id(), Some((2, 42)));
                Err::<(), _>(Error::invalid("QueueNumber", "changed my mind"))
            })
            .await;
        assert!(failed.is_err());
        assert!(em.find_one::<QueueNumber>((2, 42)).await?.is_none());
    }

    /// spec: Y195
    async fn items_whose_key_has_their_owner_can_t_be_taken_out(t: &Test<Shipments>) {
        let em = t.em();
        let events = (1..=2).map(|id| ShipmentEvent::builder().id(id).what("x"));
        em.create(Shipment::builder().region("eu").year(2024).number(1).events(events));
        em.flush().await?;
        let em = t.em();
        let shipment = em.find_one_or_fail::<Shipment>(("eu", 2024, 1)).populate(Shipment::events).await?;
        let error = shipment.events.remove_all().unwrap_err().to_string();
        assert!(error.starts_with("Shipment.events: an item can't be taken out, since ShipmentEvent.shipment"), "{error}");
        assert!(error.contains("orphan_removal") && error.contains("delete_rule"), "{error}");
        assert_eq!(shipment[Shipment::events].len(), 2);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S208, U29, U30, Y195
    async fn items_whose_key_has_their_owner_go_when_they_are_taken_out(t: &Test<Shipments>) {
        let em = t.em();
        for year in [2024, 2025] {
            let seals = (1..=3).map(|id| Seal::builder().id(id));
            em.create(Shipment::builder().region("eu").year(year).number(1).seals(seals));
        }
        em.flush().await?;
        let em = t.em();
        let shipment = em.find_one_or_fail::<Shipment>(("eu", 2024, 1)).populate(Shipment::seals).await?;
        t.forget();
        shipment.seals.remove_all()?;
        assert!(shipment[Shipment::seals].is_empty());
        em.flush().await?;
        // begin, delete, commit
        t.expect(3);
        assert_eq!(t.number("select count(*) from seal").await, 3);
        assert_eq!(t.number("select count(*) from seal where shipment_year = 2025").await, 3);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U51, Y195
    async fn no_part_of_a_stored_key_can_be_changed(t: &Test<Devices>) {
        linked(t).await?;
        let em = t.em();
        let link = em.find_one_or_fail::<DeviceChannel>((2, 1)).await?;
        link.edit().device = em.reference(1);
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(
            error,
            "DeviceChannel.device: the primary key of DeviceChannel (2, 1) can't be changed; create a new entity and remove this one"
        );
        assert_eq!(link.device.id(), Some(2));
    }

    /// spec: Y195, Y077[identity]
    async fn two_new_entities_can_t_have_one_key(t: &Test<Owners>) {
        let em = t.em();
        em.create(Owner::builder().id1(1).id2(0).name("first"));
        em.create(Owner::builder().id1(1).id2(0).name("second"));
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Owner.id1, id2: an entity with the key (1, 0) is managed already: edit that one, or give this one another key");
    }

    /// spec: Y195
    async fn columns_of_keys_that_do_not_fit_are_named(t: &Test<Shipments>) {
        for table in ["postage", "attachment", "shipment_event", "seal", "shipment"] {
            t.run(&format!("drop table {table}")).await;
        }
        t.run("create table shipment (region varchar(9), year varchar(9), number bigint, status varchar(9))").await;
        t.run("insert into shipment values ('north', 'late', 1, null)").await;
        let of = async || t.em().find::<Shipment>().await.unwrap_err().to_string();
        let error = of().await;
        assert!(error.starts_with("Shipment.year: the database's value does not fit: "), "{error}");
        t.run("update shipment set year = null").await;
        let remedy = "leave such rows out, or make the column `not null`";
        assert_eq!(of().await, format!("Shipment.year: the database's value does not fit: null, and keys have no nulls: {remedy}"));
        t.run("update shipment set region = null, number = null").await;
        assert_eq!(of().await, format!("Shipment.region: the database's value does not fit: null, and keys have no nulls: {remedy}"));
        t.run("delete from shipment").await;
        assert_eq!(t.em().find::<Shipment>().await?.len(), 0);

        let columns = "shipment_region varchar(9), shipment_year varchar(9), shipment_number bigint";
        t.run(&format!("create table shipment_event (id bigint, {columns}, what varchar(9))")).await;
        t.run("insert into shipment_event values (1, 'north', 'late', 1, 'packed')").await;
        let error = t.em().find::<ShipmentEvent>().await.unwrap_err().to_string();
        assert!(error.starts_with("ShipmentEvent.shipment: the database's value does not fit: column `shipment_year`: "), "{error}");
        let columns = "event_id bigint, event_shipment_region varchar(9), event_shipment_year int, event_shipment_number bigint";
        let more = "of_region varchar(9), of_year varchar(9), of_number bigint";
        t.run(&format!("create table attachment (id bigint, title varchar(9), {columns}, {more})")).await;
        t.run("insert into attachment (id, title, of_region, of_year, of_number) values (1, 't', 'north', 'late', 1)").await;
        let error = t.em().find::<Attachment>().await.unwrap_err().to_string();
        assert!(error.starts_with("Attachment.shipment: the database's value does not fit: column `of_year`: "), "{error}");
        // half a reference is none
        t.run("update attachment set of_year = null").await;
        assert!(t.em().find_one_or_fail::<Attachment>(1).await?.shipment.is_none());
    }

    /// spec: Y195, S223
    async fn unloaded_references_by_composite_keys_can_be_patched(t: &Test<Devices>) {
        linked(t).await?;
        let em = t.em();
        let link = em.reference::<DeviceChannel>((2, 2));
        assert_eq!(format!("{link:?}"), "(DeviceChannel) { device, channel: (2, 2) }");
        link.assign(DeviceChannel::last_time.set(9))?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(link.load().await?.last_time, 9);
        assert_eq!(link.id(), Some((2, 2)));
    }
}
