/// The chronicle of January: the frozen wheel, and the fox and the bell.
extension EmbeddedText {
  /// What happened in January.
  static let january = #"""
    THE CHRONICLE OF PENNYWICK

    Pennywick is a small village by the sea. It has one mill, one bakery, one
    lighthouse, one school, one café, and forty-one chimneys. A river called the
    Tam runs down from the hills, turns the wheel of the mill, passes under the
    stone bridge, and ends in the harbour. Beyond the last house there is a wood,
    and in the wood there lives a fox.

    These are the people you will meet. Oswin Barley is the miller; he has a
    donkey named Pepper and a son named Finn. Marta Crumb is the baker; she has a
    red oven and a daughter named Hazel. Tobias Reed keeps the lighthouse, and a
    grey cat called Captain keeps Tobias Reed. Zoé Marchand runs the café. Bram
    Holt is the blacksmith. Ivy Penrose brings the post. Mr. Quill teaches the
    school. Old Nell knits, and knows the answer to every riddle, since she made
    up most of them.

    The fox is called Russet. Nobody gave him the name; he simply answered to it
    one day.

    JANUARY

    The lighthouse log, kept by Tobias Reed.
    1 January, 06:30. Wind north, force 5. Sea rough. Lamp burned 15 hours. No
    ships.
    2 January, 07:10. Wind north, force 4. Snow on the gallery. Swept it twice.
    5 January, 16:20. Fog. Rang the bell every 3 minutes until 21:00. My arm is
    sore.
    9 January, 08:00. Clear and cold. Counted 14 seals on the long rock.
    12 January, 17:45. The Blue Heron passed, bound for Norway. She showed 2
    lights.
    18 January, 05:50. Wind east, force 7. One pane of the lantern cracked. Mended
    it with putty.
    23 January, 12:00. Ivy Penrose came with the post: 3 letters, 1 parcel, 1 cold
    nose.
    31 January, 22:15. Oil left: 62 litres. Tea left: none. This is serious.

    The weather in January was hard. Snow fell on 11 days, and the deepest snow,
    by the wall of the school, was 38 centimetres. The coldest night was the 19th,
    with 9 degrees below zero. The Tam froze from the bridge to the mill, and the
    wheel stood still for 6 days. There were 4 days of sun, and everybody
    remembers each of them.

    The miller and the frozen wheel

    One morning in January the wheel of the mill did not turn. Oswin Barley put
    his ear to the wood and heard nothing. He went outside with a lantern and
    looked, and the wheel was white from top to bottom, and the river was white
    too.

    "Well," said Oswin Barley, "the river has gone to sleep."

    "Then we must wake it up," said his son Finn.

    They took a hammer and struck the ice. The ice said "tock" and did not break.
    They lit a fire on the bank. The fire hissed and went out. They asked Pepper
    the donkey to pull the wheel with a rope. Pepper looked at the wheel, looked
    at the rope, and sat down in the snow.

    On the second day Marta Crumb came up the hill with a basket. "I have flour
    for 3 more days," she said. "After that there will be no bread."

    On the third day Bram Holt the blacksmith came with an iron bar. On the fourth
    day Mr. Quill came with the whole school, and every child carried a kettle of
    hot water. They poured 22 kettles over the wheel, and the wheel smoked and
    dripped and looked happy; and in the night it froze again, thicker than
    before.

    On the fifth day Old Nell came. She brought nothing at all. She sat down by
    the stove and took out her knitting.

    "Have you come to help us?" asked Finn.

    "I have come to wait with you," said Old Nell. "A river cannot be hurried. It
    is older than your hammer."

    So they waited. Old Nell told them the story of the three brothers, and the
    story of the silver herring, and they drank tea and ate the last of the
    cheese. On the sixth night the wind turned. It came from the south and smelled
    of wet earth, and towards morning there was a crack like a door. Then there
    was another. Then the whole house began to tremble, gently, as it always had.

    "It is awake," said Finn.

    "So it is," said Old Nell, and she held up what she had made. It was a very
    long scarf. "This is for the wheel," she said, "next year."

    Bread for a cold day, as Marta Crumb makes it
    You need:
    500 g of flour
    320 g of warm water
    10 g of salt
    7 g of yeast
    1 spoon of honey
    Mix the flour with the salt. Stir the yeast and the honey into the water and
    wait 10 minutes. Pour the water into the flour and knead it for 12 minutes,
    until the dough is as soft as an ear. Let it rise for 90 minutes under a
    cloth. Shape it, let it rise for 40 minutes more, and bake it for 35 minutes
    in a hot oven. Knock on the bottom. If it sounds like a door, it is done.

    Prices at the bakery, 10 January
    Brown loaf, 800 g: €3.20
    White loaf, 500 g: €2.60
    Poppy roll: €0.70
    Cheese straw: €1.10
    Apple turnover: €1.90
    Yesterday's bread: half the price
    A kind word: no charge

    From the counting book of Marta Crumb
    Loaves baked: 1,240. Loaves sold: 1,236. Loaves eaten by me: 3. Loaves
    unknown: 1.
    Days without a wheel: 6. Sacks left on the sixth: 0, and half a bag.
    Kettles of hot water poured over a wheel: 22. Use of it: none. Company: 31
    people.
    Geese upon the roof of the church on the 14th: 7. On the 15th: 6, and a
    feather.
    Times that I have looked at the lighthouse: not counted.

    How to walk on ice
    First, do not. If you must, walk like a duck: short steps, flat feet, toes
    out. Keep your hands out of your pockets. Carry a stick. If you fall, bend
    your knees and sit, as Pepper does. Never walk on the river before Bram Holt
    has walked on it; he is the heaviest man in Pennywick, and he is very careful.

    A letter from Captain Sørensen to Tobias Reed

    Bergen, 20 January

    Dear Tobias,

    We came in last night after 8 days at sea. The wind was against us for 5 of
    them. I saw your light on the 12th, small and yellow, at about a quarter to
    six, and I lifted my hat to it. The cook says that a lamp cannot see a hat. I
    say that a keeper can.

    We have loaded 40 barrels of herring and 12 of tar. In March we sail for home.
    Is there anything you need? I know that you will say “nothing”, so I shall
    bring tea.

    Your friend,
    Anders Sørensen, master of the Blue Heron

    A question from the smallest
    "Mr. Quill, where does the cold come from?"
    "It does not come, child. The warmth goes away, and what is left is cold."
    "And where does the warmth go?"
    "Through the roof, chiefly, and under the door."
    "Then it's warm outside now?"
    Mr. Quill looked at the window, and the window was white with frost. "A very
    little," he said, "and all the sparrows are sitting in it."

    Riddles of Old Nell
    What has a bed but never sleeps, and a mouth but never eats? A river.
    What grows shorter as it grows older, and weeps while it works? A candle.
    I was born in the night, I lie on your roof, and the sun is my death. What am
    I? The snow.
    What has teeth but cannot bite? A comb.

    The fox and the bell

    It was so cold that winter that Russet the fox came into the village at night.
    He went from door to door and sniffed. At the bakery it smelled of bread. At
    the smithy it smelled of iron. At the café it smelled of coffee, which no fox
    likes. At the house of Mr. Quill it smelled of ink, and also, a little, of
    chicken.

    Mr. Quill kept 5 hens in a shed, and on the door of the shed there hung a
    bell. The bell was tied to a string, and the string was tied to the latch.

    "If I lift the latch," thought the fox, "the bell will ring, and Mr. Quill
    will come with his broom. If I do not lift it, I shall go hungry." He sat down
    and thought, and his breath stood in the air.

    Then he had an idea. He went to the window of Mr. Quill and scratched. He went
    back to the shed and rang the bell. Mr. Quill came with his broom, looked at
    the hens, counted them, and went back to bed. After an hour the fox rang the
    bell again. Mr. Quill came again, and counted again. Five. At two o'clock the
    fox rang it once more, and at three, and at four.

    At five o'clock Mr. Quill took the bell off the door and put it under his
    pillow.

    "Now," said the fox, and lifted the latch.

    But the hens had been awake all night because of the bell, and they were in a
    terrible temper. The fox put in his nose, and ten feet came to meet it. He ran
    through the snow all the way to the wood, and he did not stop at the bakery.

    He who keeps others awake should not expect to find them friendly.

    At the café, Monday morning

    "Good morning, Zoé. One coffee, please."
    "Good morning, Bram. Large or small?"
    "How large is the large one?"
    "As large as two small ones."
    "And what does it cost?"
    "€2.80. The small one costs €1.60."
    "Then two small ones cost €3.20, and the large one is cheaper."
    "That is so, Bram. You say it every Monday."
    "I say it because it is true every Monday. I will take the large one."
    "And on Tuesday?"
    "On Tuesday I take tea."

    Things that Mr. Quill wrote on the board in January
    Ice floats on water because it is lighter than water.
    A week has 7 days, a day has 24 hours, and an hour has 60 minutes.
    The lighthouse is 31 metres high and has 144 steps.
    An owl can turn its head almost all the way round.
    Salt melts snow. Sugar melts it too, but do not try, sugar is dear.

    A rhyme for cold feet
    One for the kettle and two for the chair,
    Three for the wind that is combing my hair,
    Four for the fire and five for the flue,
    Six for the snow that came in at the shoe,
    Seven for supper and eight for the bed,
    Nine for the nightcap I wear on my head,
    Ten for the morning, all silver and new:
    Good morning, dear window! I cannot see through.

    The council met on 28 January at 19:00. Present: Marta Crumb, Oswin Barley,
    Bram Holt, Mr. Quill, Zoé Marchand, and a dog. It was decided to buy 2 sacks
    of salt for the bridge, at €9.50 a sack. It was decided to paint the boat of
    the ferryman in spring. It was not decided what colour. The dog voted for the
    stove. The council closed at 20:40.
    """#
}
