//! Has the program built again whenever the portal has been: its hashed names are new each time.

fn main() {
    println!("cargo::rerun-if-changed=../../target/portal");
}
