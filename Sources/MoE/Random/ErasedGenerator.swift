/// Calls `body` with a generator whose type is erased, and moves the generator on by what was drawn,
/// unless `body` throws.
func withErased<Generator: RandomNumberGenerator, Result>(
  _ generator: inout Generator, _ body: (inout any RandomNumberGenerator) throws -> Result
) rethrows -> Result {
  var erased: any RandomNumberGenerator = generator
  let result = try body(&erased)
  // What `body` drew, it drew from a copy, unless the generator is a class.
  if let advanced = erased as? Generator { generator = advanced }
  return result
}
