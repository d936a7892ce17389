//! Enums, and types of the application's: stored as what databases know.

use super::entities::*;

fn employee(mail: &str) -> Mail {
    Mail(mail.to_owned())
}

suite! {
    /// spec: S062, S063, S064, S066, S067, S088
    async fn enums_and_own_types_are_stored_read_and_compared(t: &Test<Staff>) {
        let em = t.em();
        let jon = em.create(Employee::builder().mail(employee("jon@x")).wage(Cents(100)));
        assert_eq!(jon.role, Role::Reader);
        em.create(Employee::builder().mail(employee("arya@x")).role(Role::Friend).level(Level::Low).wage(Cents(250)).bonus(Cents(1)).boss(&jon));
        em.flush().await?;
        assert_eq!(t.text("select role from employee where mail = 'arya@x'").await.as_deref(), Some("owner's {friend}"));
        assert_eq!(t.number("select level from employee where mail = 'arya@x'").await, -1);
        let em = t.em();
        let arya = em.find_one_or_fail::<Employee>(employee("arya@x")).populate(Employee::boss).await?;
        assert_eq!((arya.role, arya.level, arya.wage, arya.bonus), (Role::Friend, Some(Level::Low), Cents(250), Some(Cents(1))));
        assert_eq!(arya.boss.as_ref().unwrap().id(), Some(employee("jon@x")));
        for condition in [
            Employee::role.eq(Role::Friend),
            Employee::role.in_([Role::Friend, Role::ChiefEditor]),
            Employee::level.lt(Level::Middle),
            Employee::wage.gt(Cents(100)),
            Employee::bonus.eq(Cents(1)),
        ] {
            assert_eq!(em.count::<Employee>(condition).await?, 1);
        }
        // a change is what is stored differently
        t.forget();
        arya.edit().role = Role::Friend;
        em.flush().await?;
        t.expect(0);
        arya.edit().role = Role::ChiefEditor;
        arya.edit().level = None;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select role from employee where mail = 'arya@x'").await.as_deref(), Some("chief_editor"));
        assert_eq!(Role::VALUES.len(), 3);
    }

    /// spec: S067, S063, S069, Y082
    async fn what_is_none_of_the_items_is_refused(t: &Test<Staff>) {
        let em = t.em();
        em.create(Employee::builder().mail(employee("jon@x")).wage(Cents(100)));
        em.flush().await?;
        let wrong = em.raw("update employee set role = 'king'").execute().await.unwrap_err();
        assert!(matches!(wrong, Error::CheckViolation(_)), "{wrong}");
        let wrong = em.raw("update employee set level = 7").execute().await.unwrap_err();
        assert!(matches!(wrong, Error::CheckViolation(_)), "{wrong}");
        // stored behind the check's back, or by an older version
        if t.is_sqlite() {
            t.run("pragma ignore_check_constraints = on").await;
        } else {
            t.run("alter table employee drop constraint employee_role_check").await;
        }
        t.run("update employee set role = 'king'").await;
        let error = t.em().find::<Employee>().await.unwrap_err().to_string();
        assert!(error.contains("Employee.role") && error.contains("`reader`, `chief_editor`"), "{error}");
        t.run("update employee set role = 'reader', wage = -5").await;
        let error = t.em().find::<Employee>().await.unwrap_err().to_string();
        assert!(error.contains("Employee.wage") && error.contains("money can't be negative"), "{error}");
    }
}
