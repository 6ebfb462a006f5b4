/// Lines written for this project, for three tasks as in the classic introduction to mixtures of
/// experts.
///
/// Each task is one string with a `label<TAB>text` pair a line: ``sentiment`` has two labels,
/// ``topic`` five and ``entity`` three.
enum EmbeddedData {}
