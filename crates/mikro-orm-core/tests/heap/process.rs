//! What a test can know about its own process.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering};

struct Counting;
#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

static PROCESS: AtomicIsize = AtomicIsize::new(0);

fn count(bytes: isize) {
    PROCESS.fetch_add(bytes, Ordering::Relaxed);
    // (a thread's last deallocations may come after its locals are gone)
    let _ = BYTES.try_with(|counted| counted.set(counted.get() + bytes));
}

// SAFETY: the system's allocator, with a count beside it
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promises
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: the caller's promises
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// How many bytes the process has allocated and not freed.
pub fn allocated_by_all() -> isize {
    PROCESS.load(Ordering::Relaxed)
}

/// How many bytes this thread has allocated and not freed.
pub fn allocated() -> isize {
    BYTES.get()
}

const MARK: &str = "HEAP_TEST_ALONE";

fn run_alone(test: &str, leaks: &str) -> bool {
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--test-threads=1", "--nocapture"]).env(MARK, "1").env("ASAN_OPTIONS", leaks);
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "no test has the name {test}: {text}");
    false
}

/// Runs the rest of the test in a process of its own: `if !alone("..") { return }`. For tests that count what the
/// whole process has.
pub fn alone(test: &str) -> bool {
    run_alone(test, &std::env::var("ASAN_OPTIONS").unwrap_or_default())
}

/// As [`alone`], for a test that leaks on purpose: nobody looks for leaks in its process.
pub fn alone_and_leaking(test: &str) -> bool {
    run_alone(test, "detect_leaks=0")
}
