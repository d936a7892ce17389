//! Tickets, which refer to a key of two columns, or to nothing.

use super::{Outcome, Run, nth, nth_of, said, several};
use crate::suite::model::entities::{Fixture, Ticket};
use crate::suite::model::handles::Modelled;
use crate::suite::model::operation::TicketOperation;
use crate::suite::model::state;
use mikro_orm::prelude::*;

impl Run<'_> {
    pub(super) async fn ticket(&mut self, what: &TicketOperation) -> Outcome {
        match what {
            TicketOperation::New { fixture } => {
                let fixture = fixture.and_then(|at| nth(&self.current.fixtures, at));
                let mut builder = Ticket::builder().name("ticket");
                if let Some(fixture) = fixture {
                    builder = builder.fixture(&self.refer::<Fixture>(fixture).await?);
                }
                let ticket = self.em.create(builder);
                let id = self.created(ticket);
                self.current.tickets.insert(id, state::Ticket { name: "ticket".to_owned(), fixture });
            }
            TicketOperation::Rename { ticket, name } => {
                let Some(id) = nth(&self.current.tickets, *ticket) else { return Ok(()) };
                let name = format!("ticket {name}");
                match self.unloaded::<Ticket>(id)? {
                    Some(ticket) => ticket.assign(Ticket::name.set(&*name)).map_err(said)?,
                    None => self.get::<Ticket>(id).await?.edit().name.clone_from(&name),
                }
                self.current.tickets.get_mut(&id).unwrap().name = name;
            }
            TicketOperation::Fixture { ticket, fixture } => {
                let Some(id) = nth(&self.current.tickets, *ticket) else { return Ok(()) };
                let fixture = fixture.and_then(|at| nth(&self.current.fixtures, at));
                let ticket = self.get::<Ticket>(id).await?;
                let says = ticket.fixture.as_ref().and_then(Fixture::number_of);
                if self.is_let_go(says, self.current.tickets[&id].fixture, fixture) {
                    return Ok(());
                }
                let fixture_ref = self.maybe::<Fixture>(fixture).await?;
                ticket.edit().fixture = fixture_ref;
                self.current.tickets.get_mut(&id).unwrap().fixture = fixture;
            }
            TicketOperation::Remove { ticket } => {
                let Some(id) = nth(&self.current.tickets, *ticket) else { return Ok(()) };
                self.remove::<Ticket>(id).await?;
                self.current.tickets.remove(&id);
            }
            TicketOperation::Add { fixture, .. }
            | TicketOperation::TakeOut { fixture, .. }
            | TicketOperation::Replace { fixture, .. }
            | TicketOperation::Load { fixture } => {
                let Some(id) = nth(&self.current.fixtures, *fixture) else { return Ok(()) };
                self.tickets_of(id, what).await?;
            }
        }
        Ok(())
    }

    /// From the inverse side.
    async fn tickets_of(&mut self, id: u32, what: &TicketOperation) -> Outcome {
        let fixture = self.get::<Fixture>(id).await?;
        let is_stored = self.stored.fixtures.contains_key(&id);
        match what {
            TicketOperation::Add { ticket, .. } => {
                let Some(ticket) = nth(&self.current.tickets, *ticket) else { return Ok(()) };
                fixture.tickets.add(&self.item::<Ticket>(ticket, is_stored).await?).map_err(said)?;
                self.current.tickets.get_mut(&ticket).unwrap().fixture = Some(id);
            }
            TicketOperation::TakeOut { which, .. } => {
                if self.load(&fixture.tickets).await?
                    && let Some(ticket) = nth_of(&self.current.tickets_of(id), *which)
                {
                    fixture.tickets.remove(&self.get::<Ticket>(ticket).await?).map_err(said)?;
                    self.current.tickets.get_mut(&ticket).unwrap().fixture = None;
                }
            }
            TicketOperation::Replace { tickets, .. } => {
                let tickets = several(&self.current.tickets, tickets);
                fixture.tickets.set(&self.items::<Ticket>(&tickets, is_stored).await?).map_err(said)?;
                for (known, ticket) in &mut self.current.tickets {
                    if tickets.contains(known) {
                        ticket.fixture = Some(id);
                    } else if ticket.fixture == Some(id) {
                        ticket.fixture = None;
                    }
                }
            }
            _ => {
                self.load(&fixture.tickets).await?;
            }
        }
        Ok(())
    }
}
