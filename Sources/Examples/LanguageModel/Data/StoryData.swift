/// Short tales of Skerrow, a village by the sea.
extension EmbeddedText {
  /// The tales.
  static let story = #"""
    TALES FROM SKERROW

    Skerrow is a village at the mouth of a small river. It has one street, two wells, a
    mill on the hill, a ferry, and a lighthouse on a rock. If you stand at the end of the
    pier on a clear evening you can see the light of Pennywick, far to the north, and it
    looks like a spark that somebody forgot to put out.

    Tobias is the miller. He is tall and white with flour, and he speaks slowly. Agnes is
    the baker. She is small and red in the face, and she speaks quickly. Mr. Pell keeps
    the lighthouse with a black cat named Pickle. Corin is the ferryman, and his boat is
    called the Patience. Miss Orla teaches the school. Mr. Brandt is the clockmaker. Mrs.
    Lüders keeps the inn, which is called the Three Herrings. René grows vegetables, and
    Tamsin catches fish. Old Wynn mends nets, and her grandchildren are the twins, Nell
    and Sam, who are nine years old and always hungry.

    There are also a horse named Dumpling, a grey goose named Matilda, and a fox. The fox
    is called Bramble, because that is where he lives.

    The goose who wanted to be a clock

    Mr. Brandt had eleven clocks in his shop, and no two of them agreed. When the tall
    clock struck four, the round clock struck three, and the little clock with the painted
    roses struck whatever it liked.

    The grey goose came by each morning and looked in at the window. She liked the
    ticking. One day she walked in at the door, sat down between two clocks on the lowest
    shelf, and began to swing her head from side to side.

    "What are you doing, Matilda?" asked Mr. Brandt.

    The goose did not answer. She was busy. She swung her head to the left, and she swung
    her head to the right, and when the hour came she opened her beak and honked. She
    honked nine times. Mr. Brandt took out his pocket watch. It was nine o'clock exactly.

    "That is very good," said the clockmaker. "You may stay."

    So the goose stayed. She honked ten times at ten and eleven times at eleven. At noon
    she honked twelve times, and people came out into the street to set their watches.
    Agnes took her loaves out of the oven. Miss Orla let the children go home. For the
    first time in many years, all of Skerrow ate its soup at the same moment.

    But a clock must also go at night. When it was dark the goose grew tired. She honked
    at nine, and a little late at ten, and at eleven she put her head under her wing.

    "She has stopped," said Nell in the morning.

    "Shall we wind her up?" asked Sam.

    Mr. Brandt thought about it. Then he fetched a bowl of oats and put it on the shelf.
    The goose took out her head, ate all of the oats, and honked seven times.

    "She does not need a key," said the clockmaker. "She needs breakfast. I wish that all
    my clocks were made like that."

    From then on the goose told the hours of the day, and the owl in the church tower,
    who had been waiting to be asked, told the hours of the night.

    The fox and the warm loaf

    Every morning before sunrise Agnes put a tray of loaves on the window sill to cool.
    Every morning there were twelve of them, and every morning, when she came back, there
    were eleven.

    "It is a thief," said Agnes, "and he is quick."

    She asked Tobias to watch. He sat down behind the rain barrel with a lantern, and he
    watched so slowly that he fell asleep. When he woke up there were eleven loaves.

    She asked Corin to watch. He watched with his hat over his eyes, because of the wind.
    There were eleven loaves.

    Then the twins said that they would do it. They did not hide. They sat down on the
    step, right under the window, and Nell put a small cheese beside her.

    "What is that for?" asked Sam.

    "For company," said Nell.

    Soon it began to grow light. Something red came over the wall, and something red came
    across the yard, and there was Bramble the fox. He saw the twins, and he stopped. He
    saw the cheese, and he came one step nearer.

    "Good morning," said Nell. "A loaf is dry without cheese. Cheese is heavy without a
    loaf. Have you ever had both at once?"

    The fox never had. He thought of it, and his nose began to move.

    "Then here is what we offer," said Sam. "On Saturdays you come to the door like anyone
    else. You will get the loaf that came out crooked, and a piece of cheese. On the other
    days you do not come to the window."

    The fox sat down and looked at the sky for a while. He was a proud animal, and he
    would not say yes. But he did not take a loaf that day, and he did not take one the
    next day; and on Saturday, when Agnes opened the door, he was sitting on the mat, and
    he had wiped his feet.

    How the miller lost the wind

    The mill of Skerrow stands on the hill, and it has four sails. One week in June there
    was no wind at all. The sails hung down. The smoke went straight up. The sea was as
    flat as a plate, and Tamsin could see the fish look up at her.

    "I have lost the wind," said Tobias. "Where did I have it last?"

    He looked in the barn, and there was only hay. He looked down the well, and there was
    only a bucket. He walked along the beach and lifted up the stones, and beneath every
    stone there was a crab, and each crab was annoyed.

    At the end of the beach he met Old Wynn. She sat on an upturned boat and mended a net.

    "Have you seen the wind?" asked Tobias.

    "Not today," said Old Wynn. "What will you do when you find it?"

    "I shall ask it to turn my mill."

    "And will you thank it?"

    The miller stood still. He had ground flour for thirty years, and he had thanked the
    farmer for the corn and the horse for the carting, but it had never come into his mind
    to thank the wind.

    "Nobody likes to work for thirty years without a word," said Old Wynn, and she pulled
    a knot tight with her teeth.

    Tobias climbed back up the hill. He felt a little foolish, but there was nobody near
    except the horse. He took off his cap. "Thank you," he said to the air. "Thank you for
    the spring, when you were cold, and for the autumn, when you were strong, and for the
    night when you turned the mill without me and I found nine sacks full in the morning."

    Nothing happened. Dumpling shook his ears. Then the grass bent down, first on the far
    side of the valley and next on the near side, and the sails of the mill gave a creak.

    "You are welcome," said the creak, or else it only creaked. The miller never knew. But
    he has taken his cap off to the wind each morning since, and it has blown away only
    twice.

    The ferryman who carried a piano

    Corin rows the Patience from one bank of the river to the other. He takes two coins
    for a person, one coin for a child, and three for a sheep, since a sheep will not sit
    still.

    One afternoon a man stood on the far bank with a piano.

    "I would like to cross," said the man.

    "You may," said Corin. "But the piano is heavy, and the boat is small."

    "It is not so heavy," said the man. "It is mostly music."

    The ferryman had never heard that before. He thought it over. Then he fetched Tobias
    and the horse, and Tobias and the horse fetched ropes and planks, and the six
    strongest people of Skerrow lifted the piano into the boat. The boat sank down until
    the water was one finger below the edge.

    "Nobody sneeze," said Corin.

    He rowed as gently as he could. In the middle of the river a small wave came. It
    rolled up to the edge of the boat and looked in.

    "Play something," said the ferryman quietly.

    The man opened the lid and began to play. It was a slow tune, like a cradle. And the
    wave, so they say in Skerrow, lay down again. All of the waves lay down. The river was
    as smooth as milk from one bank to the other, and the Patience slid over it without a
    sound.

    "What do I owe you?" asked the man when they had lifted the piano out.

    Corin looked at his list of prices. There was nothing there about pianos. "How many
    songs are in it?" he asked.

    "Nobody has ever come to the end."

    "Then stay for supper," said the ferryman, "and we shall see how far we get."

    They got as far as midnight. Mrs. Lüders has kept the piano at the inn ever since, for
    the man comes back each spring, and he says that it is easier to carry himself.

    The lamp and the moth

    Mr. Pell lit his lamp at dusk and put it out at dawn. In between he read, drank tea,
    and talked to his cat. One night in August a moth came in. It was a very small moth,
    brown with one white spot, and it flew straight to the great lamp and struck the
    glass.

    "Tick," said the glass.

    "Do not do that," said Mr. Pell.

    The moth flew round once and struck the glass again. Pickle the cat opened one eye.

    "It will burn its wings," said Mr. Pell. He put down his book. He caught the moth in
    his hat, carried it down one hundred and twelve steps, and let it go at the foot of
    the tower. Then he climbed up one hundred and twelve steps again. The moth was sitting
    on his book.

    He carried it down three times, and it was back three times, for a moth can fly up and
    a keeper must walk. At last he sat down and was quite out of breath.

    "Why do you want the lamp?" he asked. "You are not a ship."

    The moth sat still. It had big dark eyes, and in each of them there was a tiny light.
    Then Mr. Pell understood. He went to the cupboard, and he found the stub of a candle
    and a jam jar. He lit the candle, set the jar over it, and placed it on the sill, far
    away from the great lamp.

    "There," he said. "That one is your size."

    The moth flew to the jar. It walked around it once and sat down on the warm lid, and
    it folded up its wings like a letter. Mr. Pell read on until morning. Out at sea a
    fishing boat came home late, and Tamsin, who stood at the tiller, rubbed her eyes.

    "That is odd," she said. "Tonight there are two lights: a large one, and a very, very
    small one."

    But she came home safely by both.

    The day when Miss Orla forgot

    Miss Orla knew everything. She knew the names of the rivers and the names of the
    kings. She knew how many legs a crab has, and she knew how to spell "necessary". The
    children believed that there was nothing at all that she did not know.

    On a Monday in October she stood in front of the class with the chalk in her hand, and
    she said, "Seven times eight is..." Then she said nothing more.

    The class waited. The stove crackled. "Seven times eight," said Miss Orla once again,
    and a crease came between her eyes, "is..."

    It was gone. It had fallen out of her head like a button from a coat.

    Nell knew the answer. Sam knew it too, for he sat next to Nell. But neither said a
    word, since it did not seem polite.

    "Well," said Miss Orla, and she put down the chalk, "I have forgotten. Today we will
    find out. Everybody put on your boots."

    They walked down to the beach in a long row. There Miss Orla drew lines in the sand,
    and she told the children to lay down seven shells in a row, and to make eight rows.
    They ran about for half an hour. There were white shells and blue shells and some that
    still had somebody in them. Then all of them counted together, loudly, against the
    noise of the sea.

    "Fifty-four, fifty-five, fifty-six!"

    "Fifty-six," said Miss Orla. "Thank you. I am so glad to have it back."

    On the way home, Sam walked beside her. "Did you really forget?" he asked.

    The teacher smiled and took his hand. "That is a thing," she said, "which I do not
    know."

    No child in Skerrow has forgotten seven times eight from that day on. Some of them can
    still hear the sea in it.

    The winter pear

    Behind the house of René there is a pear tree. It is old and bent, and it bears
    hard, green pears that nobody can bite. Every autumn the boys from the next valley
    come and steal them, and every autumn they throw them away again at the first corner.

    "Cut it down," said Tobias. "It would give you a cartload of wood."

    "Not yet," said René.

    He picked up the pears one by one. He wrapped each in a sheet of old newspaper, laid
    them in a drawer with straw, and shut it. Then he went away and dug his garden.

    November came, with rain. December came, with frost. By the new year there was not an
    apple left in the village, and the plums were only a memory on the tongue. The twins
    had coughs. Old Wynn had a cough too, and she sat close to the fire and did not tell
    stories, so that everybody knew that it was serious.

    On the coldest evening René came to the door with a basket. Inside it there were
    twelve small parcels made of newspaper. He unwrapped one, and it was a pear, but it
    was not green any longer. It was as yellow as butter, and the smell of it filled up
    the whole room like somebody coming in.

    Old Wynn took a bite. The juice ran down her chin. She ate it slowly, down to the
    stalk, and she looked at the stalk for a while.

    "Once," she said, "there lived a king who could not wait."

    The twins looked at each other. Grandmother was telling a story. She would soon be
    well again.

    "What happened to him?" asked Sam.

    "He bit too early," said Old Wynn, "and broke a tooth. But give me another pear, and I
    will tell it properly, from the beginning."

    The clock that ran backward

    In the corner of the workshop stood a clock that nobody had ever bought. It was a fine
    clock, made of oak, and it kept good time, except that it kept it in the wrong
    direction. When other clocks went from one to two, this one went from two to one.

    "I must have put in a wheel the wrong way around," said Mr. Brandt, "but it is so
    happy that I do not have the heart to change it."

    One day Tamsin came in. She had on her oilskin coat, and her face was sad. "I have
    had a quarrel with my brother in Pennywick," she said. "It was on Sunday. I told him
    that his boat was ugly. I wish that it were not Sunday yet."

    Mr. Brandt wiped his hands. He carried the oak clock out from its corner, and he set
    it upon the bench. "Sit down and look at it," he said.

    Tamsin sat down. The hands went from five to four and from four to three. She watched
    them go back past the storm on Tuesday and past the empty nets on Monday. They went
    back to Sunday, and there was the harbour, and there was the ugly boat, painted green
    and orange, and there was her brother, who had painted it himself and was so proud of
    it.

    "What do you see?" asked the clockmaker.

    "I see that he was waiting for me to say something kind," said Tamsin.

    "The clock cannot change it," said Mr. Brandt. "It only shows you where you turned the
    wrong way. The going back you have to do yourself."

    Tamsin thanked him. She sailed to Pennywick that same night with a fair wind, and in
    the morning she knocked on her brother's door with a pot of paint in her hand. It was
    orange.

    The clock is still in the corner. It is not for sale any more. People come in, sit
    down for a quarter of an hour, and go out in a hurry.

    The three wishes of Dumpling

    Dumpling the horse pulls the cart of the miller up the hill and down the hill. One
    evening in May he found a bottle in the grass beside the road. He trod on it, quite by
    accident, and the cork flew out, and a thin blue smoke rose into the air.

    "You have freed me," said the smoke. "I give you three wishes. Most people take gold."

    The horse considered this. He had once had a gold coin in his mouth, and it had tasted
    of nothing. He looked at the hill, and he looked at the cart, which had eight sacks
    upon it.

    "First," thought Dumpling, "I wish that the hill went down on both sides."

    It was done at once. The hill went down to the village, and it also went down to the
    mill. Dumpling trotted happily home. But when Tobias came out in the morning and
    wanted to roll a barrel down to the harbour, it rolled to the harbour, and then it
    rolled back, and then it rolled to the harbour again, and by noon the whole village
    was running after it.

    "Second," thought Dumpling, "I wish that the hill were as before."

    It was done. The barrel came to rest. Tobias sat down upon it and dried his forehead.

    Now the horse had one wish left, and he took his time. He thought of hay, but he had
    hay. He thought of a younger leg, but the old one knew the road. The sun went down.
    The smoke had grown very thin, and it yawned.

    "Well?" it said. "I have been in a bottle for six hundred years, and I should like to
    stretch."

    "Third," thought Dumpling, "I wish that you may go wherever you want."

    The smoke was quiet for some time. "No one," it said, "has ever given me that."

    Then it rose up over the mill, over the lighthouse, and over the sea, and that evening
    the sunset was a blue one, and nobody in Skerrow could explain it. Dumpling could
    have, but he was asleep.

    The bridge of boats

    In the spring of one year there was a flood. It rained for five days and for five
    nights, and the river grew wide and brown. It ran past the inn, and it ran into the
    inn, and the herrings upon the sign looked as if they were about to swim away.

    Worst of all, the school lies on the other side. Miss Orla was there with eight
    children, and the water was climbing up the steps.

    "I shall row across," said Corin, but the river took his boat and spun it like a leaf,
    and he was lucky to get back to the bank.

    "I shall throw a rope," said Tobias, but the rope was too short by half.

    Then Old Wynn came down the street with a net over her shoulder. "One boat is a leaf,"
    she said. "But I have never seen a river spin twenty."

    They brought all the boats that they had. They brought the Kittiwake and the Patience,
    the punt of the gardener, the bathtub of Mrs. Lüders, and the big dough trough from
    the bakery. They set them side by side, and Old Wynn tied them to each other with
    her net, with a knot here and a knot there. When the first was fast to the bank, they
    pushed the last one out, and the river itself swung it slowly across, like a gate.

    Miss Orla caught the end. The children climbed over, one after another, from boat to
    boat. Nell came first, and Sam came second, and Matilda the goose swam next to them
    and honked once for each. She honked eight times for the children and one more time
    for the teacher.

    "How many is that?" called Miss Orla from the last boat.

    "Nine!" cried the children from the bank.

    "Correct," said Miss Orla, and she stepped ashore with dry feet.

    When the flood was over, they put everything back where it belonged. Only the dough
    trough was never quite the same. To this day the bread of Skerrow tastes a little of
    the river, and nobody would have it otherwise.

    The star in the bucket

    Sam could not sleep. He put on his coat, went out into the yard, and looked into the
    bucket by the well. There was a star in it.

    He ran to wake up his sister. "Nell, a star has fallen into the bucket!"

    Nell came out in her socks. They looked in together. It was a clear white star, and it
    trembled a little, as though it were cold.

    "We must give it back," said Nell.

    They each took one side of the handle. They carried the bucket along the street, and
    the star came with them. They passed the bakery, where Agnes was already awake.

    "What have you there?" she asked.

    "A star," said Sam. "It has to go back up."

    "Then you will want a high place," said the baker, and she gave each of them a warm
    bun, because it was a long way.

    They passed the bramble hedge. The fox put out his nose, saw what they were carrying,
    and walked in front of them, so that they would not stumble. They came to the
    lighthouse, and they climbed all of the steps, and they did not spill more than a
    spoonful.

    Mr. Pell opened the window for them. They lifted the bucket upon the sill, and they
    waited. The sky turned grey, and next it turned green. The star in the bucket became
    paler and paler, and then there was only water, with a little piece of the morning in
    it.

    "It has gone up," whispered Nell.

    "So it has," said Mr. Pell. "I did not even see it leave."

    The next night Sam went out to the yard again, just to be sure. There was the star,
    high above the chimney, exactly where it ought to be. He waved. Then he looked into
    the bucket, and there it was as well.

    He thought about that for a long time. "It must have liked us," he said at last, and
    he went back to bed, and slept.

    The cat who counted ships

    Pickle the cat sat at the window of the lighthouse from morning until evening. Mr.
    Pell believed that she was looking at gulls. In fact she was counting ships.

    She had a system. For every ship with white sails she put out one claw. For every ship
    with brown sails she put out two. When all of her claws were out she scratched once on
    the leg of the table, pulled the claws in, and started anew.

    One foggy day in February the harbour master came from the city. He wore a hat with a
    gold band. "The old book of the port has been eaten by mice," he said. "I have to know
    how many ships came by in the last year. If I do not know it, they will close your
    lighthouse."

    Mr. Pell turned pale. He had written down the weather and the oil, and he had written
    down the price of tea. But he had never counted the ships.

    The cat got up. She walked to the table, and she rubbed her head against its leg. She
    did so again and again, until Mr. Pell bent down with his lamp.

    "Scratches," he said. "A great many scratches, and all in neat rows."

    He counted them, and the harbour master counted them, and they both came to the same
    number. It was larger than anyone had thought. The harbour master wrote it down, took
    off his hat, and bowed to the cat.

    "And who shall I say has kept the record?" he asked.

    Mr. Pell looked at Pickle, and Pickle looked out of the window. The fog was lifting,
    and there was a sail. She put out one claw.

    "Say that it was the assistant," said Mr. Pell.

    Since then there is a line in the books of the city that nobody there understands. It
    reads: Skerrow Light, one keeper, one assistant; wages of the assistant, two herrings
    a day.
    """#
}
