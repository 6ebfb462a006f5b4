/// Calls `body` with a generator whose type is erased, and moves the generator on by what was drawn.
func withErased<Generator: RandomNumberGenerator, Result>(
  _ generator: inout Generator, _ body: (inout any RandomNumberGenerator) throws -> Result
) rethrows -> Result {
  var erased: any RandomNumberGenerator = generator
  // What `body` drew, it drew from a copy, unless the generator is a class.
  defer { if let advanced = erased as? Generator { generator = advanced } }
  return try body(&erased)
}
