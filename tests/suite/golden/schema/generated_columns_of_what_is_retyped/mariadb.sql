alter table `book` add column `quadruple` bigint generated always as (`stock` * 4) stored;
alter table `book` modify column `stock` bigint not null;
alter table `book` modify column `value` bigint generated always as (`stock` * `price`) stored;
alter table `book` modify column `next` bigint not null default 0;
alter table `book` drop column `gone`;
alter table `book` drop column `after_next`;
-- and back
alter table `book` add column `gone` int not null default 1;
alter table `book` add column `after_next` bigint generated always as (`stock` + 2) stored;
alter table `book` modify column `stock` int not null;
alter table `book` modify column `value` bigint generated always as (`stock` * `price` + `gone`) stored;
alter table `book` modify column `next` bigint generated always as (`stock` + 1) stored;
alter table `book` drop column `quadruple`;
