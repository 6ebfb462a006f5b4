/// The chronicle of September: the great apple, the fox who kept a shop, and the wool.
extension EmbeddedText {
  /// What happened in September.
  static let september = #"""
    SEPTEMBER

    The lighthouse log, kept by Tobias Reed.
    1 September, 05:50. Wind north-west, force 4. School bell heard at 8.
    4 September, 07:15. The swallows are gone. Fourth was the last. Left the door
    open for a while.
    9 September, 19:00. First fire in the stove.
    11 September, 12:40. Regatta off Marrow Bay: 19 sails. Ours came in 2nd, and
    sang.
    15 September, 20:30. Northern light, green, faint, 20 minutes. Woke the cat.
    He had seen it before.
    19 September, 06:05. Wind south-west, force 7. Apples all over the high
    street, says Ivy.
    23 September, 18:20. Day and night are equal. Planted 6 cabbages behind the
    tower, with a wall for each.
    27 September, 14:00. The Blue Heron left for the Baltic, with 600 sacks of
    flour. Back by November, they say.
    30 September, 21:00. Oil left: 121 litres. Apples left: 2 baskets. I have been
    asked to dinner.

    The weather in September was golden. It rained on 8 days. Mornings were misty,
    noons were warm, and evenings were cold, so that people did not know what to
    wear and wore all of it. The mean temperature was 15 °C. There was a gale on
    the 19th, from the south-west, with gusts of force 9, and it did in one night
    the work of 20 pickers. The first leaf of the chestnut at the school fell on
    the 12th. Mr. Quill has pressed it.

    The great apple

    There was an old tree in the orchard of the mill that bore no fruit. For 15
    years it had stood there, and blossomed a little, and dropped everything.
    Oswin Barley had often gone up to it with the axe, and each time he had
    remembered that his grandfather had planted it, and had cut down something
    else.

    In this year, after the night of the seven fires, there was one apple on it.
    It hung on the topmost branch. In June it was as big as a nut, in July as an
    egg, in August as a fist. In September it was as big as the head of a child,
    red on one side and gold on the other.

    "I want it for the show in Ashford," said the miller. "There is a prize of
    €100.00."

    "I want it for a pie," said Marta Crumb. "It would be enough for 3."

    "It should be drawn," said Mr. Quill, "and measured."

    "It should be painted," said Zoé.

    "It should be left where it is," said Old Nell. "It likes it there."

    They argued for 2 weeks. They put a ladder against the tree, and a guard at
    the ladder, and someone to watch the guard. In the night of the 19th came the
    gale. It took the slates from the church and the hats from the hooks. In the
    morning they all ran up to the orchard in their coats. The ladder lay in the
    ditch, and the ground was covered with leaves and little apples. The topmost
    branch was bare.

    They searched until noon. It was Finn who found it. It had rolled down the
    hill, along the wall, through the gate, over the bridge and up to the door of
    the school, and there it had burst. Round it stood the 26 children, and
    everybody had a piece.

    "We thought it was for us," said the smallest, with a full mouth. "It came by
    itself."

    Nobody said a word. Then Oswin Barley sat down on the step. "What does it
    taste like?" he asked; and the smallest broke her piece in two.

    "Well," said the miller after a while. "I believe that this is what it was
    for."

    They saved the pips. There were 10 of them, and each has been planted in
    another garden. Ask again in 15 years.

    Apple pie, as they make it in Pennywick
    You need:
    350 g of flour
    200 g of cold butter
    80 g of sugar
    1 egg
    1.5 kg of apples
    1 lemon
    50 g of raisins
    A spoon of cinnamon
    Rub the flour and the butter between your fingers until it looks like sand.
    Add the egg and half of the sugar, press it together, and let it rest for 30
    minutes. Peel the apples and cut them small. Mix them with the juice of the
    lemon, the raisins, the cinnamon, and the rest of the sugar. Line a dish with
    ⅔ of the dough, fill it up, and lay the rest over it in strips. Bake for 50
    minutes, until it bubbles at the edge. Let it stand until you can wait no
    longer, and then another 10 minutes.

    Prices of apples, 25 September
    Red Wick, 1 kg: €2.20
    Miller's Russet, 1 kg: €2.60
    Windfalls, 1 kg: €0.80
    Apple juice, 1 litre: €1.90
    Cider vinegar, ½ litre: €2.40
    Dried rings, 100 g: €1.50
    The great apple: eaten

    From the counting book of Marta Crumb
    Pies: 64. Apples in them: 590. Worms in them: none, upon my honour.
    Weight of the great apple, by guess: 1,150 g. By scales: too late.
    People who had a piece: 26, and 1 miller.
    Swallows on the rail on the 3rd: 6. On the 4th: 1. On the 5th: a keeper,
    looking south.
    Plates on my table on the 30th: 3. It has been 2 for eight years.

    A letter from Mr. Thorne of Ashford to Miss Rose Penrose

    Ashford, 3 September

    Dear Miss Penrose,

    Your leave of 5 days came to an end on the 24th of August. It is now the 3rd
    of September. I received your telegram, which said, “Roof not finished. Also
    happy.” I must ask you to return on Monday, at 8 sharp, or I shall have to
    look for somebody else.

    The columns do not add up without you. They are wrong by 17.40, and I do not
    know where.

    Yours faithfully,
    J. Thorne

    PS: What does one do in a village of that kind in the evening?

    The fox who kept a shop

    In September there are so many good things in the wood that Russet the fox did
    not know what to do with them. He found hazelnuts, and did not like them. He
    found mushrooms, and could not tell them apart. He found sloes, and made a
    face.

    "I will open a shop," said the fox, "and take in trade what I do like."

    He rolled a log in front of his den, and laid everything out on leaves, in
    rows. Then he sat behind it, and folded his paws, and waited.

    The squirrel was the first. "10 nuts, please," she said. "What do they cost?"

    "One egg," said the fox.

    "I have no egg. I have acorns."

    "Then 20 acorns," said the fox, since he did not want to lose his first
    customer. The hedgehog came for mushrooms, and paid with beetles. The jay
    wanted some acorns, and left a blue feather. The badger wanted everything, and
    he paid with a promise. At the end of the day the fox had sold all that he
    had. In its place he had acorns, beetles, a feather, a promise, 2 snail
    shells, and a button.

    "I am rich," he said doubtfully, and looked at the button. He was also very
    hungry.

    The next morning they stood in line before it was light. "I am closed," said
    the fox, "for I have nothing that I like, and you have nothing that I like
    either." The animals looked at each other. They talked behind the log. Then
    the squirrel ran off, and the badger after her; and in the evening, in front
    of the den, on a leaf, there lay an egg.

    It was the badger's promise. He had bought it of Mr. Quill's oldest hen, for a
    pound of worms.

    Trade is when both of them think that they have been lucky.

    At the post office, Tuesday

    "A parcel to Ashford, please."
    "What is in it, Rose?"
    "My office shoes. I have no more use for them, and Mr. Thorne can give them to
    the next one."
    "It weighs 900 g. That makes €4.70."
    "And a telegram, 6 words."
    "€0.30 a word. What shall I write?"
    "Look in column 4, line 12."
    "That's all?"
    "That is where the 17.40 is. I found it in my head this morning, on the roof,
    between two nails."

    How to store apples for the winter
    Pick them on a dry day, with the stalk. Do not throw them, do not press them.
    Lay them in a cool dark cellar on straw, in such a way that none touches
    another. Keep them away from potatoes. Look through them every Sunday, and
    take out each one that has a spot; that one is for today. Early ones keep
    until November, Red Wicks until February, and Miller's Russets until you have
    forgotten them, which is a mistake.

    A question from the smallest
    "Mr. Quill, do the leaves know beforehand that they'll fall?"
    "I think they do. They have put on their good clothes."
    "And where do they want to go?"
    "Down. Most of them have never been there."
    A chestnut leaf came sailing through the window and lay down upon the
    register, beside the letter L. "This one wants to learn something," said the
    smallest; and Mr. Quill moved his inkpot, and made room for it.

    Riddles of Old Nell
    I am red and round and have a stalk; cut me across, and there's a star inside.
    What am I? An apple.
    What falls in autumn without hurting itself? A leaf.
    What has a thousand needles and never sews? A fir tree.
    What comes once in a minute, twice in a moment, and never in a thousand years?
    The letter M.
    Which side of the cat has more hair? The outside.

    Old Nell's wool

    Old Nell knitted all day long, and yet nobody ever saw her buy wool. People
    wondered at it. "She spins it out of fog," said the children.

    On a day in September Hazel went along with her, to carry the basket. They
    started at six o'clock. First they walked along the hedge at the upper farm,
    where the sheep rub themselves. A tuft of wool hung on every thorn. "Good
    morning," said Old Nell to the hedge, and picked it off. Then they went to the
    fence at the wood, then to the gate of the long field, then past the thistles.
    Now it was a white tuft, and now it was grey, and once there was a black one.
    By noon the basket was full. It weighed as much as a loaf.

    "Does it not belong to the farmer?" asked Hazel.

    "I asked him about it 50 years ago," said Old Nell. "He said: what hangs on
    the thorn belongs to the thorn. Then I asked the thorn."

    "And what did the thorn say?"

    "It held out its hand," said Old Nell.

    At home she washed it, combed it and spun it. There was grey in it, and white,
    with a thread of black, and a little bit of hedge. "What is it going to be?"
    asked Hazel.

    "That depends on who is cold," said Old Nell. "It is only September. We shall
    see."

    Things that Mr. Quill wrote on the board in September
    Swallows fly 200 kilometres in a day, all the way to Africa, and nobody has
    shown them.
    Leaves are green in summer. The yellow was there all the time.
    An apple floats, since a quarter of it is air.
    10 pips make 10 trees, and no 2 of them will be alike.
    Double entry means: what goes out here must come in there. Ask Miss Penrose.
    If 26 children share 1 apple, each gets 1/26, and it is enough.

    A rhyme for apples
    Up in the apple tree, who do I see?
    One for the blackbird and two for the bee,
    Three for the wind that is shaking the bough,
    Four for the farmer and five for the cow,
    Six for the pantry and seven for pie,
    Eight for the ladder that was not so high;
    Nine for the children who stand in a row,
    Ten for the pips, and we plant them to grow.

    The council met on 29 September at 19:00. Present: all. The roof of the church
    wants 120 slates, at €1.35, which makes €162.00; this leaves €32.30 of the
    money from the fair. Miss Rose Penrose was asked to look over the books of the
    village, and found €8.00 that nobody had known of. She was engaged on the
    spot, for 2 mornings a week. Closed at 20:25, with pie.
    """#
}
