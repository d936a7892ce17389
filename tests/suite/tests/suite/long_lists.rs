//! More keys than one statement takes: each of these asks in parts, or with a list that is one parameter.

use super::entities::*;
use mikro_orm::Strategy;

/// SQLite takes 32,766 parameters, PostgreSQL 65,535.
const MANY: i64 = 40_000;
/// As many parameters and more, where a key is three columns.
const ROWS: i64 = 15_000;

/// Fills a table: `columns` of it with `values`, in which `i` is 1, 2, ..
async fn fill(t: &Test<impl Sized>, rows: i64, table: &str, columns: &str, values: &str) {
    let numbers = format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})");
    t.run(&format!("insert into {table} ({columns}) {numbers} select {values} from n")).await;
}

suite! {
    /// spec: Y195, U55
    async fn keys_of_one_column(t: &Test<Blog>) {
        fill(t, MANY, "author", "id, name, email", "i, 'a', 'a' || i").await;
        fill(t, MANY, "book", "id, title, author_id, editor_id", "i, 'b', i, 1").await;
        let em = t.em();
        let books = em.find::<Book>().populate(Book::author).strategy(Strategy::SelectIn).await?;
        assert_eq!(books.iter().filter(|book| book[Book::author].id == book.id).count(), MANY as usize);
        let books = em.populate(&books, Book::text).await?;
        assert!(books.iter().all(|book| &**book[Book::text] == ".."));
        let em = t.em();
        let authors = em.find::<Author>().populate(Author::books).strategy(Strategy::SelectIn).await?;
        assert!(authors.iter().all(|author| author[Author::books].len() == 1));
        // in conditions
        let ids = || 1..=MANY;
        assert_eq!(em.count(Book::id.in_(ids())).await?, MANY as u64);
        assert_eq!(em.count(Book::id.not_in(ids().skip(1)) & Book::title.in_(["b"])).await?, 1);
        assert_eq!(em.count(Author::email.in_(ids().map(|i| format!("a{i}")))).await?, MANY as u64);
        assert_eq!(em.count(Book::author.in_(ids())).await?, MANY as u64);
        let found = em.find::<Author>().filter(Author::id.in_(ids())).order_by(Author::id.desc()).limit(2).await?;
        assert_eq!(found.iter().map(|author| author.id).collect::<Vec<_>>(), [MANY, MANY - 1]);
        // written and deleted
        for author in &authors {
            author.edit().age = Some(1);
        }
        em.flush().await?;
        assert_eq!(t.number("select sum(age) from author").await, MANY);
        let other = t.em();
        for key in ids() {
            other.reference::<Author>(key).assign(Author::age.increment(1))?;
        }
        other.flush().await?;
        assert_eq!(t.number("select sum(age) from author").await, 2 * MANY);
        // a collection that is replaced without loading it lets go of all others
        let jon = other.find_one_or_fail::<Author>(1).await?;
        jon.edited.set((1..=5000).map(|key| other.reference::<Book>(key)))?;
        other.flush().await?;
        assert_eq!(t.number("select count(*) from book where editor_id is null").await, MANY - 5000);
        for key in 2..=MANY {
            other.remove::<Book>(key)?;
        }
        other.flush().await?;
        assert_eq!(t.number("select count(*) from book").await, 1);
    }

    /// spec: Y195, U55
    async fn keys_of_several_columns(t: &Test<Shipments>) {
        fill(t, ROWS, "shipment", "region, year, number", "'r' || (i % 7), 2000, i").await;
        let columns = "id, shipment_region, shipment_year, shipment_number, what";
        fill(t, ROWS, "shipment_event", columns, "1, 'r' || (i % 7), 2000, i, 'packed'").await;
        let em = t.em();
        let shipments = em.find::<Shipment>().populate(Shipment::events).strategy(Strategy::SelectIn).await?;
        assert_eq!(shipments.iter().filter(|shipment| shipment[Shipment::events].len() == 1).count(), ROWS as usize);
        let em = t.em();
        let events = em.find::<ShipmentEvent>().populate(ShipmentEvent::shipment).strategy(Strategy::SelectIn).await?;
        assert!(events.iter().all(|event| event[ShipmentEvent::shipment].year == 2000));
        let em = t.em();
        let shipments = em.find::<Shipment>().await?;
        let shipments = em.populate(&shipments, Shipment::events.references()).await?;
        assert!(shipments.iter().all(|shipment| shipment.events.known().len() == 1));
        assert_eq!(em.count(ShipmentEvent::shipment.in_(&shipments)).await?, ROWS as u64);
        for shipment in &shipments {
            shipment.edit().status = Some("sent".into());
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from shipment where status = 'sent'").await, ROWS);
        let em = t.em();
        for event in &em.find::<ShipmentEvent>().await? {
            em.remove(event)?;
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from shipment_event").await, 0);
    }

    /// spec: Y195, U55
    async fn links(t: &Test<Crews>) {
        t.run("insert into pilot (first_name, last_name) values ('f', 'l'), ('g', 'm')").await;
        fill(t, ROWS, "sortie", "id", "i").await;
        fill(t, ROWS, "sortie_seat", "sortie, given, family", "i, 'f', 'l'").await;
        let em = t.em();
        let sorties = em.find::<Sortie>().populate(Sortie::pilots).strategy(Strategy::SelectIn).await?;
        assert_eq!(sorties.iter().filter(|sortie| sortie[Sortie::pilots].len() == 1).count(), ROWS as usize);
        let em = t.em();
        let sorties = em.find::<Sortie>().await?;
        let sorties = em.populate(&sorties, Sortie::pilots.references()).await?;
        let (first, second) = (("f".to_owned(), "l".to_owned()), ("g".to_owned(), "m".to_owned()));
        for sortie in &sorties {
            sortie.pilots.remove(em.reference::<Pilot>(first.clone()))?;
            sortie.pilots.add(em.reference::<Pilot>(second.clone()))?;
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from sortie_seat where given = 'g'").await, ROWS);
        assert_eq!(t.number("select count(*) from sortie_seat").await, ROWS);
        // replaced without loading
        let em = t.em();
        for sortie in &em.find::<Sortie>().await? {
            sortie.pilots.set([em.reference::<Pilot>(first.clone())])?;
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from sortie_seat where given = 'f'").await, ROWS);
        assert_eq!(t.number("select count(*) from sortie_seat").await, ROWS);
    }

    /// spec: Y195, U28
    async fn items_of_one_collection(t: &Test<Blog>) {
        fill(t, MANY, "author", "name, email", "'a', 'a' || i").await;
        fill(t, MANY, "book", "id, title, author_id, editor_id", "i, 'b', i, 1").await;
        let keys = || 1..=MANY;
        // by keys of rows that are not loaded, and with rows that are
        let em = t.em();
        let ann = em.find_one_or_fail::<Author>(2).await?;
        ann.edited.set(keys().map(|key| em.reference::<Book>(key)))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where editor_id = 2").await, MANY);
        let em = t.em();
        let books = em.find::<Book>().await?;
        let (ann, bob) = (em.find_one_or_fail::<Author>(2).await?, em.find_one_or_fail::<Author>(3).await?);
        bob.edited.set(&books)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where editor_id = 3").await, MANY);
        ann.edited.load().await?;
        assert_eq!((ann.edited.extend(&books)?, bob.edited.known().len()), (MANY as usize, 0));
        em.flush().await?;
        assert_eq!(ann.edited.remove_where(|book| book.id > 10)?, MANY as usize - 10);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where editor_id = 2").await, 10);
        // an owner that has no key yet
        let em = t.em();
        let new = em.create(Author::builder().name("new").email("new"));
        new.edited.set(keys().map(|key| em.reference::<Book>(key)))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where editor_id > 3").await, MANY);
    }

}
