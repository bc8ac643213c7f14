//! The list of sharders. Adding one is its file and one line here.
//!
//! Two lists from one macro: [`ABOUT`] is data, for the page; [`build`] makes the map, for the worker, so that the
//! page never links the code of the sharders. Exhibits stand in their own folder, but are built like the others.

use super as own;
use super::Sharder;
use crate::algorithms::{About, exhibits};
use crate::basics::parameters::Declared;
use crate::basics::prose;

/// `sharders!` writes the data and the constructor of each sharder from one entry.
macro_rules! sharders {
    ($($key:literal $label:literal, $folder:literal $room:ident::$module:ident::$type:ident, $cost:literal, $source:literal, $summary:literal, exhibit $exhibit:literal;)+) => {
        /// What there is to know about each sharder, in the order in which they are offered.
        pub const ABOUT: &[About] = &[$(About {
            key: $key,
            label: $label,
            summary: prose($summary),
            cost: prose($cost),
            source: prose($source),
            file: concat!("src/algorithms/", $folder, "/", stringify!($module), ".rs"),
            parameters: <$room::$module::Parameters as Declared>::TABLE,
            exhibit: $exhibit,
        }),+];

        /// The sharder `key` with its own parameters set from `settings`; those it does not declare are passed over.
        /// It has no shards yet: tell it with [`Sharder::shards_changed`]. `None` when there is no such sharder.
        #[must_use]
        pub fn build(key: &str, settings: &[(&str, &str)]) -> Option<Box<dyn Sharder>> {
            match key {
                $($key => {
                    let mut parameters = $room::$module::Parameters::default();
                    for (key, text) in settings {
                        // A setting of another sharder is refused here, and that is right: it is not meant for this one.
                        let _ = parameters.set(key, text);
                    }
                    Some(Box::new($room::$module::$type::new(&parameters)))
                })+
                _ => None,
            }
        }
    };
}

sharders! {
    "modulo" "Modulo", "sharding" own::modulo::Modulo, "O(1), O(log n) with weights; O(n) memory",
        "nginx ngx_http_upstream_hash_module.c",
        "The hash of the key modulo the number of shards. Even, and a change of the number moves nearly every key.", exhibit false;
    "range" "Range", "sharding" own::range::Range, "O(log n); O(n) memory",
        "Chang et al. 2006 (Bigtable), sections 5.1 and 5.2",
        "Every shard owns a run of neighbouring keys. Cheap to query in order; rising keys all hit the last range.", exhibit false;
    "geographic" "Geographic", "sharding" own::geographic::Geographic, "O(n/r) for r regions; O(n) memory",
        "CockroachDB REGIONAL BY ROW; MongoDB zones",
        "A key lives in the region that it comes from, and within it by rendezvous. Regions are as uneven as the world.", exhibit false;
    "directory" "Directory", "sharding" own::directory::Directory, "O(1); O(entities) memory",
        "Vitess lookup vindex; Shvachko et al. 2010 (HDFS name node)",
        "A table says where each entity lives. Any entity can be moved; the table grows with the entities.", exhibit false;
    "ring" "Hash ring", "sharding" own::ring::Ring, "O(log nv) for v virtual nodes; O(nv) memory",
        "Karger et al. 1997; point names as Envoy ring_hash_lb.cc",
        "Every shard owns many small arcs of a circle; when it leaves, only its own keys move.", exhibit false;
    "ketama" "Ketama ring", "sharding" own::ketama::Ketama, "O(log nv); O(nv) memory",
        "RJ/ketama libketama/ketama.c",
        "The ring that memcached clients agreed on: 32 bits, four points for each digest, shares in single precision.", exhibit false;
    "multi-probe" "Multi-probe", "sharding" own::multi_probe::MultiProbe, "O(k log n) for k tries; O(n) memory",
        "Appleton and O'Reilly 2015, arXiv:1505.00062; go-mpchash",
        "A ring with one point for each shard and many tries for each key; the closest try decides.", exhibit false;
    "bounded-loads" "Bounded loads", "sharding" own::bounded_loads::BoundedLoads, "O(1); O(p + nv) memory for p partitions",
        "Mirrokni, Thorup and Zadimoghaddam 2016, arXiv:1608.01350; buraksezer/consistent consistent.go",
        "Partitions on a ring, each with the next shard that is not full: nobody holds more than a factor above the mean.", exhibit false;
    "jump" "Jump consistent hash", "sharding" own::jump::Jump, "O(log n); O(n) memory",
        "Lamping and Veach 2014, arXiv:1406.2294",
        "The key computes its own last jump. Even and without a table, but only the last shard can leave.", exhibit false;
    "rendezvous" "Rendezvous", "sharding" own::rendezvous::Rendezvous, "O(n); O(n) memory",
        "Thaler and Ravishankar 1996; go-rendezvous; weights as Traefik hrw",
        "Every shard draws a number for the key and the highest wins; when one leaves, only its own keys move.", exhibit false;
    "maglev" "Maglev", "sharding" own::maglev::Maglev, "O(1); O(M) memory for M rows",
        "Eisenbud et al. 2016 (NSDI); Envoy maglev_lb.cc",
        "Shards take turns to claim the rows of a table; a lookup is one read. Nearly minimal disruption.", exhibit false;
    "anchor" "AnchorHash", "sharding" own::anchor::AnchorHash, "O((1 + ln a/w)²) for w of a buckets; O(a) memory",
        "Mendelson et al. 2020, arXiv:1812.09674; AnchorHashQre.cpp",
        "A fixed set of buckets that remembers who left; exact minimal disruption in four small tables.", exhibit false;
    "id-modulo" "Exhibit: id % n", "exhibits" exhibits::id_modulo::IdModulo, "O(1); O(n) memory",
        "Seed document 003, lines 646 and 658",
        "The remainder of the identifier itself, without a hash: as even as its last bits.", exhibit true;
    "name-ring" "Exhibit: ring on bare FNV", "exhibits" exhibits::name_ring::NameRing, "O(log nv); O(nv) memory",
        "Seed document 001, lines 501–545",
        "A ring of 32 bits on bare FNV, whose evenness depends on what the workers are called.", exhibit true;
    "two-maps" "Exhibit: label and arrow", "exhibits" exhibits::two_maps::TwoMaps, "O(1); O(n) memory",
        "Seed document 003, lines 591 to 621",
        "Keys are laid out by the labels of a diagram and looked up by the formula on its arrows, which agree for a quarter.", exhibit true;
}
