//! The example, run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn blog(folder: Option<&Path>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_blog")).args(folder).output().expect("the example runs")
}

/// Times as `<time>`, and durations as `_`, whatever they are.
fn normalised(output: &[u8]) -> String {
    let text = String::from_utf8(output.to_vec()).expect("the output is text");
    let words = text.split_inclusive([' ', '\n', ',', '(']).map(|word| {
        let bare = word.trim_end_matches([' ', '\n', ',', '(']).trim_matches(['\'', ')']);
        let time = bare.len() >= 16
            && bare.chars().all(|c| c.is_ascii_digit() || "-:.TZ".contains(c))
            && bare.starts_with(|c: char| c.is_ascii_digit());
        if time { word.replace(&format!("'{bare}'"), "<time>").replace(bare, "<time>") } else { word.to_owned() }
    });
    let lines: String = words.collect();
    let lines = lines.lines().map(|line| match line.split_once(" [took ") {
        Some((statement, rest)) => format!("{statement}{}", rest.split_once(']').map_or("", |(_, rest)| rest)),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The lines of a step.
fn step<'o>(output: &'o str, heading: &str) -> Vec<&'o str> {
    let start = format!("== {heading}");
    let mut lines = output.lines().skip_while(|line| *line != start);
    assert!(lines.next().is_some(), "no step {heading:?} in:\n{output}");
    lines.take_while(|line| !line.is_empty()).collect()
}

fn starts(lines: &[&str], expected: &[&str]) {
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line:?} does not start with {expected:?}");
    }
}

#[test]
fn the_chapter() {
    let run = blog(None);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let output = normalised(&run.stdout);

    assert_eq!(
        step(&output, "All authors and articles in one flush"),
        [
            "before: the first author's key is None",
            "[query] begin",
            "[query] insert into `user` (`created_at`, `updated_at`, `name`, `email`, `password`) values \
             (<time>, <time>, 'Nadia Okafor', 'nadia@blog.example', '***') [x3]",
            "[query] insert into `article` (`created_at`, `updated_at`, `slug`, `title`, `description`, `text`, `author_id`) values \
             (<time>, <time>, 'a-row-is-one-object', 'A row is one object', 'Two queries of one request often meet th…', \
             'Two queries of one request often meet th…', 1) [x6]",
            "[query] commit",
            "Nadia Okafor has the key 1 and wrote a-row-is-one-object, say-flush-once",
            "Tomás Reyes has the key 2 and wrote what-the-join-costs, columns-that-stay-home",
            "Ilse Brandt has the key 3 and wrote errors-that-name-the-field, transactions-that-never-were",
            "the first author's password, as far as output goes: ***",
        ]
    );
    let by_key = step(&output, "An author by key");
    assert!(by_key.contains(&"    author: (User) { id: 1 },"), "{by_key:#?}");
    assert_eq!(by_key.last(), Some(&"the author is loaded: false"));

    starts(
        &step(&output, "One row is one entity"),
        &[
            "[query] select `a0`.`id`",
            "[query] select `a0`.`id`",
            "found by key and by slug: the same entity? true",
            "by key again, without a query: the same entity? true",
        ],
    );
    starts(
        &step(&output, "References find their entities"),
        &[
            "the article's author: (User) { id: 1 }",
            "[query] select `u0`",
            "once Nadia Okafor is loaded, article.author.get() works: nadia@",
        ],
    );

    let with_author = step(&output, "An article with its author");
    assert!(with_author[0].contains("from `article` as `a0` inner join `user` as `u1`"), "{}", with_author[0]);
    assert!(!with_author[0].contains("`text`") && !with_author[0].contains("`password`"), "{}", with_author[0]);
    for line in
        ["    text: <not loaded>,", "    author: User {", "        name: \"Nadia Okafor\",", "        password: <not loaded>,"]
    {
        assert!(with_author.contains(&line), "{line}: {with_author:#?}");
    }
    starts(
        &step(&output, "The text is lazy"),
        &[
            "get: Article.text of Article 1 is not initialized",
            "[query] select",
            "load: 348 characters",
            "load again, without a query: 348",
        ],
    );
    starts(&step(&output, "The text with the query"), &["[query] select", "A row is one object by Nadia Okafor: 348 characters"]);
    starts(
        &step(&output, "More for entities that are loaded"),
        &[
            "[query] select `a0`",
            "[query] select `a0`",
            "[query] select `u0`",
            "[query] select `a0`",
            "A row is one object by Nadia Okafor: 348 characters, 2 more of the author",
            "Say flush once by Nadia Okafor: 315 characters, 2 more of the author",
            "What the join costs by Tomás Reyes: 258 characters, 1 more of the author",
        ],
    );

    starts(
        &step(&output, "A collection is loaded when somebody says so"),
        &[
            "[query] select `u0`",
            "get: Collection<Article> User.articles of User 1 is not initialized",
            "[query] select `a0`",
            "A row is one object by Nadia Okafor",
            "Say flush once by Nadia Okafor",
            "Signed with a number by Nadia Okafor",
        ],
    );
    starts(
        &step(&output, "A collection takes new items"),
        &["[query] begin", "[query] insert into `article`", "[query] commit", "Nadia Okafor has 4 articles"],
    );

    let outcome = "A row is one object is one of 4 articles by Nadia Okafor";
    starts(
        &step(&output, "Balanced, the default: to-one joined, each collection a query"),
        &["[query] select `a0`", "[query] select `a0`", outcome],
    );
    starts(&step(&output, "Joined: one query"), &["[query] select `a0`", outcome]);
    starts(
        &step(&output, "SelectIn: a query for each relation"),
        &["[query] select `a0`", "[query] select `u0`", "[query] select `a0`", outcome],
    );

    let through = step(&output, "Articles by what their author is");
    assert!(through[1].contains("where `u1`.`email` = 'nadia@blog.example'"), "{}", through[1]);
    assert_eq!(through[2..], ["A late addition", "A row is one object", "Say flush once", "Signed with a number"]);
    assert_eq!(step(&output, "Authors by what their articles are").last(), Some(&"Tomás Reyes"));
    let page = step(&output, "An order through a relation, and a page of it");
    assert_eq!(page.last(), Some(&"2 of 4: Columns that stay home, What the join costs"));
    assert_eq!(step(&output, "What typed conditions can't say").last(), Some(&"3 short titles by Nadia Okafor"));

    starts(
        &step(&output, "An edit and a flush: the columns that changed"),
        &[
            "[query] select `a0`",
            "[query] begin",
            "[query] update `article` set `updated_at` = <time>, `title` = 'A row is one object (revised)' where `id` = 1",
            "[query] commit",
            "A row is one object (revised) is still at /a-row-is-one-object",
            "updated_at moved: true",
        ],
    );
    starts(&step(&output, "A flush of nothing: no statement"), &[]);
    starts(&step(&output, "Half an edit is none"), &["Err(\"an article needs a title\"), and the title is still \"A row"]);
    starts(
        &step(&output, "A slug that is taken"),
        &["[query] begin", "[query] insert into `article`", "[query] rollback", "unique constraint violated: Article.slug"],
    );

    starts(
        &step(&output, "A transaction that is rolled back"),
        &[
            "[query] select count(*)",
            "[query] begin",
            "[query] insert into `user`",
            "[query] insert into `article`",
            "within, it has a key: true",
            "[query] rollback",
            "the outcome: Err(\"the editor said no\")",
            "afterwards its key is None",
            "[query] select count(*)",
            "8 articles before, 8 after",
        ],
    );
    assert_eq!(step(&output, "A transaction that is committed").last(), Some(&"one article of Nadia Okafor is gone: 7"));

    assert!(!output.contains("has to choose one"), "a password is in the output");
}

/// A folder that is removed with the test.
struct Folder(PathBuf);
impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, text) in files {
            std::fs::write(folder.join(name), text).expect("the file can be written");
        }
        Folder(folder)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn article(title: &str, author: &str, email: &str) -> String {
    format!("---\ntitle: {title}\nauthor: {author}\nemail: {email}\n---\nSome text.\n")
}

fn error(folder: &Path) -> String {
    let run = blog(Some(folder));
    assert_eq!(run.status.code(), Some(1));
    String::from_utf8(run.stderr).expect("the message is text")
}

#[test]
fn another_folder() {
    let folder =
        Folder::new("one_article", &[("a.md", &article("Alone", "Ada", "ada@blog.example")), ("notes.txt", "no article")]);
    let run = blog(Some(&folder.0));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let output = normalised(&run.stdout);
    assert!(step(&output, "All authors and articles in one flush").contains(&"Ada has the key 1 and wrote alone"));
}

#[test]
fn folders_that_can_not_be_read_say_why() {
    assert!(error(Path::new("/no/such/folder")).starts_with("error: the folder /no/such/folder can't be read: "));

    let empty = Folder::new("empty", &[]);
    assert!(error(&empty.0).ends_with("has no articles: there is no `.md` file in it\n"));

    let plain = Folder::new("plain", &[("plain.md", "# Title\n\ntext\n")]);
    let message = error(&plain.0);
    assert!(message.contains("plain.md has no front matter: it must begin with a line `---`"), "{message}");

    let (one, other) = (article("One", "Ada", "a@blog.example"), article("Two", "Eve", "a@blog.example"));
    let disputed = Folder::new("disputed", &[("1.md", &one), ("2.md", &other)]);
    let message = error(&disputed.0);
    assert!(message.contains("2.md says that a@blog.example is Eve, but another file says Ada"), "{message}");
}

#[test]
fn a_title_twice_violates_the_unique_slug() {
    let (one, other) = (article("Same title", "Ada", "ada@blog.example"), article("Same Title!", "Eve", "eve@blog.example"));
    let folder = Folder::new("twice", &[("1.md", &one), ("2.md", &other)]);
    let message = error(&folder.0);
    assert!(message.starts_with("error: unique constraint violated: Article.slug (constraint article_slug_unique)"), "{message}");
}

#[test]
fn tags_comments_and_passwords() {
    let run = blog(None);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let output = normalised(&run.stdout);
    // no password, and no hash of one, is in what the program prints
    for secret in ["has to choose one", "correct horse", "argon2"] {
        assert!(!output.contains(secret), "{secret}");
    }
    starts(
        &step(&output, "New tags for an article"),
        &["[query] select", "[query] begin", "[query] insert into `tag`", "[query] insert into `article_tags`", "[query] commit"],
    );
    starts(
        &step(&output, "The other side knows, too"),
        &["[query] select", "[query] select", "new: A row is one object", "old: A row is one object"],
    );
    starts(
        &step(&output, "Either side takes and gives"),
        &[
            "[query] select",
            "old has 0 article(s) before the flush",
            "[query] begin",
            "[query] insert into `tag`",
            "[query] delete from `article_tags`",
            "[query] insert into `article_tags`",
            "[query] commit",
        ],
    );
    // (the article's tags are known already)
    starts(&step(&output, "Articles by their tags"), &["[query] select", "A row is one object: new, newer"]);
    starts(
        &step(&output, "Comments come with their article"),
        &[
            "[query] begin",
            "[query] insert into `article`",
            "[query] insert into `comment`",
            "[query] commit",
            "Discussed has 3 comments",
        ],
    );
    starts(
        &step(&output, "What is taken out is deleted"),
        &["[query] begin", "[query] delete from `comment`", "[query] commit", "[query] select count", "2 comments are left"],
    );
    starts(&step(&output, "Both sides are in step"), &["3 comments", "2 when"]);
    starts(
        &step(&output, "And they go with it"),
        &[
            "[query] begin",
            "[query] delete from `comment`",
            "[query] delete from `article`",
            "[query] commit",
            "[query] select count",
            "0 comments are left",
        ],
    );
    let passwords = step(&output, "A password is hashed when it is stored");
    assert!(passwords.contains(&"a guess is right: false") && passwords.contains(&"the right one is: true"), "{passwords:#?}");
    let again = step(&output, "And again only when it changes");
    assert!(again.contains(&"still the same hash: true") && again.contains(&"another hash: true"), "{again:#?}");
    assert!(again.iter().any(|line| line.contains("`password` = '***'")), "{again:#?}");
    let brief = step(&output, "As the call says");
    assert_eq!(
        brief[0],
        r#"{"slug":"a-row-is-one-object","title":"A row is one object (revised)","tags":[{"name":"new"},{"name":"newer"}]}"#
    );
}
